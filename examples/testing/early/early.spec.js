import { expect, test } from 'octroi/testing/playwright';

test('nothing loads before consent', async ({ page, octroi }) => {
  await page.goto('/early.html');
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
});
