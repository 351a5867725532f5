import { expect, test } from 'octroi/testing/playwright';

/** What third parties were asked for: their own log is the judge. */
const log = async (request) => (await request.get('/log')).json();

test.beforeEach(({ request }) => request.delete('/log'));

test('a first visit: nothing loads before consent, everything after', async ({ page, request, octroi }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Tout accepter' })).toBeVisible();
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
  expect(await log(request)).toEqual([]);

  await octroi.accept();
  await expect.poll(() => log(request)).toHaveLength(2);
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
  await page.reload();
  await expect.poll(() => log(request)).toHaveLength(4);
  await expect(page.locator('dialog')).toHaveCount(0);
});

test('a refusal loads nothing, on the next page either', async ({ page, request, octroi }) => {
  await page.goto('/');
  await octroi.refuse();
  await page.reload();
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
  expect((await octroi.state()).decided).toBe(true);
  expect(await log(request)).toEqual([]);
});

test('the visitor picks', async ({ page, request, octroi }) => {
  await page.goto('/');
  await octroi.customise();
  await octroi.set('stats', 'on');
  await octroi.set('video', 'visit');
  await octroi.set('video', 'off');
  await octroi.save();
  await expect.poll(() => log(request)).toEqual(['stats.example/tag.js']);
  expect((await octroi.state()).services).toEqual({ stats: true, film: false });
});

test('what the page’s own policy stops has not left', async ({ page, request, octroi }) => {
  await page.goto('/policy.html');
  await expect(page).toHaveNoRequestsBefore(octroi.consent);
  expect(await log(request)).toEqual([]);
});

test.describe('a visitor who has chosen before', () => {
  test.use({ consent: ['statistics'] });

  test('is not asked, and gets what they chose', async ({ page, request, octroi }) => {
    await page.goto('/');
    await expect.poll(() => log(request)).toEqual(['stats.example/tag.js']);
    await expect(page).toHaveNoRequestsBefore(octroi.consent);
    await expect(page.locator('dialog')).toHaveCount(0);
  });
});

test.describe('everything', () => {
  test.use({ consent: 'all' });

  test('is there at once', async ({ page, request }) => {
    await page.goto('/');
    await expect.poll(() => log(request)).toHaveLength(2);
  });
});

test.describe('a video for one visit', () => {
  test.use({ consent: { visit: ['video'] } });

  test('is there in it', async ({ page, request, octroi }) => {
    await page.goto('/');
    await expect.poll(() => log(request)).toEqual(['film.example/film.html']);
    expect((await octroi.state()).categories.video.visit).toBe(true);
  });
});

for (const [name, consent, reason] of [
  ['a choice that has ended', { grant: 'all', expired: true }, 'expired'],
  ['a new service', { grant: 'all', due: ['stats'] }, 'service'],
  ['a new policy', { grant: 'all', due: ['statistics'] }, 'policy'],
]) {
  test.describe(name, () => {
    test.use({ consent });

    test('is asked about', async ({ page, octroi }) => {
      await page.goto('/');
      await expect(page.locator('dialog')).toBeVisible();
      expect((await octroi.state()).categories.statistics).toMatchObject({ ask: reason, granted: false, earlier: true });
      await expect(page).toHaveNoRequestsBefore(octroi.consent);
    });
  });
}
