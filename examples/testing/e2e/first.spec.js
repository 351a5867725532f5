import { expect, test } from 'octroi/testing/playwright';

test('nothing loads before consent', async ({ page, octroi }) => {
  await page.goto('/');
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
  await octroi.accept();
});

test.describe('a visitor who agreed to statistics', () => {
  test.use({ consent: ['statistics'] });

  test('sees the page', async ({ page }) => {
    await page.goto('/');
  });
});
