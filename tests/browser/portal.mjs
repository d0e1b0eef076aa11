// What a visitor does, in Chromium: one line `ok - …` or `not ok - …` a behaviour.
//   node portal.mjs RELEASE DOWNLOADS      DOWNLOADS: an empty folder
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open, serve } from './chromium.mjs';

const [dir, downloads] = process.argv.slice(2), site = await serve(dir), browser = await open();
let failed = 0;

const equal = (got, want, what) => { if (got !== want) throw new Error(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`); };
const holds = (yes, what) => { if (!yes) throw new Error(what); };
const done = (query) => `document.querySelector('[data-search-state="done"]')?.dataset.searchQuery === ${JSON.stringify(query)}`;
const total = `Number(document.querySelector('[data-search-total]').dataset.searchTotal)`;
const path = `location.pathname.slice(1)`;

async function check(behaviour, act, options) {
  const tab = await browser.tab(options);
  try {
    await act(tab);
    holds(!tab.heard.length, `said: ${tab.heard[0]}`);
    for (const url of tab.asked) holds(url.startsWith(site.url) || /^(data|file|blob):/.test(url), `asked for ${url}`);
    console.log(`ok - ${behaviour}`);
  } catch (error) { failed++; console.log(`not ok - ${behaviour}\n#   ${error.message}`); }
  await tab.close();
}

await check('a word in the box of the home page leads to its results', async (tab) => {
  await tab.go(`${site.url}index.html`);
  await tab.type('#q', 'โครงการ');
  await tab.key('Enter');
  await tab.until(done('โครงการ'));
  holds(await tab.run(`${total} > 10 && document.querySelectorAll('[data-project-id]').length === 10`), 'no results');
});
await check('a feed opens with the icon of the portal, and lacks nothing', async (tab) => {
  const icon = await fetch(`${site.url}favicon.ico`);
  equal([icon.status, ...new Uint8Array(await icon.arrayBuffer()).slice(0, 4)].join(), '200,0,0,1,0', 'favicon.ico');
  await tab.go(`${site.url}atom.xml`);
  await tab.until(`document.readyState === 'complete'`);
});
await check('a draft finds the project it was taken from; it is sent nowhere', async (tab) => {
  await tab.go(`${site.url}search/index.html?q=${encodeURIComponent('ก่อสร้าง')}`);
  await tab.until(`document.querySelector('[data-project-id] a')`);
  const [id, name] = await tab.run(`(() => { const hit = document.querySelector('[data-project-id]'); return [hit.dataset.projectId, hit.querySelector('a').textContent]; })()`);
  tab.asked.length = 0;
  await tab.go(`${site.url}draft/index.html`);
  await tab.type('#draft', name);
  await tab.click('[data-draft] button');
  await tab.until(`document.querySelector('[data-draft-state="done"]')`);
  equal(await tab.run(`document.querySelector('[data-draft-results] li').dataset.projectId`), id, 'nearest');
  holds(await tab.run(`document.querySelectorAll('[data-draft-results] li q').length > 0`), 'no reasons');
  equal(await tab.run('location.search + location.hash'), '', 'address');
  for (const url of tab.asked) holds(!/[?#%]/.test(url), `asked for ${url}`);
});
await check('typing searches, a filter narrows and says how many, the address keeps both, back undoes', async (tab) => {
  await tab.go(`${site.url}search/index.html`);
  await tab.type('[data-search-box]', 'ถนน');
  await tab.key('Enter');
  await tab.until(done('ถนน'));
  const all = await tab.run(total);
  await tab.run(`document.querySelector('form details').open = true`);
  await tab.until(`[...document.querySelector('[name=year]').options].some((o) => /[0-9]+\\)?$/.test(o.text))`);
  const year = await tab.run(`(() => { const s = document.querySelector('[name=year]'); s.value = [...s.options].find((o) => o.value && !o.disabled).value;
    s.dispatchEvent(new Event('change', { bubbles: true })); return s.value; })()`);
  await tab.until(`location.search.includes('year=${year}') && ${done('ถนน')} && ${total} < ${all}`);
  const some = await tab.run(total);
  await tab.go(await tab.run('location.href'));
  await tab.until(done('ถนน'));
  equal(await tab.run(total), some, 'opened again');
  await tab.go(`${site.url}search/index.html?q=%E0%B8%96%E0%B8%99%E0%B8%99`);
  await tab.until(done('ถนน'));
  equal(await tab.run(total), all, 'without the filter');
});
await check('from a result to its project and back: the results stand as before', async (tab) => {
  await tab.go(`${site.url}search/index.html?q=${encodeURIComponent('โครงการ')}`);
  await tab.until(done('โครงการ'));
  const id = await tab.run(`document.querySelector('[data-project-id]').dataset.projectId`);
  await tab.click('[data-project-id] a');
  await tab.until(`${path}.startsWith('p/') && document.querySelector('h1')`);
  holds(await tab.run(`${path}.endsWith('/${id}.html')`), 'another project');
  await tab.back();
  await tab.until(done('โครงการ'));
  equal(await tab.run(`document.querySelector('[data-project-id]').dataset.projectId`), id, 'first result');
});
await check('the switch of languages leads to the same page and back', async (tab) => {
  for (const page of ['index.html', 'provinces/50/index.html', 'reporting/index.html', 'search/index.html']) {
    await tab.go(site.url + page);
    await tab.click('a.lang');
    await tab.until(`document.documentElement.lang === 'en' && document.readyState === 'complete'`);
    equal(await tab.run(path), `en/${page}`, 'English page');
    await tab.click('a.lang');
    await tab.until(`document.documentElement.lang === 'th' && document.readyState === 'complete'`);
    equal(await tab.run(path), page, 'Thai page');
  }
});
await check('every chart has its figures as a table beside it, and no bar leaves its picture', async (tab) => {
  for (const page of ['index.html', 'years/index.html', 'reporting/index.html', 'covid/index.html', 'en/provinces/50/index.html', 'proposals/index.html']) {
    await tab.go(site.url + page);
    const bad = await tab.run(`[...document.querySelectorAll('figure')].filter((f) => f.querySelector('.chart')).flatMap((f) => {
      const out = [], box = (e) => e.getBoundingClientRect();
      for (const svg of f.querySelectorAll('svg')) for (const r of svg.querySelectorAll('rect'))
        if (box(r).right > box(svg).right + 1 || box(r).left < box(svg).left - 1 || box(r).bottom > box(svg).bottom + 1) out.push('bar outside');
      if (!f.querySelector('[aria-label]')) out.push('no name');
      if (f.querySelector('svg.chart') && !f.closest('section, main').querySelector('table')) out.push('no table');
      return out; })`);
    equal(bad.length, 0, `${page}: ${bad[0]}`);
    holds(await tab.run(`document.querySelectorAll('.chart').length > 0`), `${page}: no chart`);
  }
});
await check('the map: each province is a link with a name, by mouse and by keyboard', async (tab) => {
  await tab.go(`${site.url}provinces/index.html`);
  equal(await tab.run(`document.querySelectorAll('.map a').length`), await tab.run(`document.querySelectorAll('main table tbody tr').length`), 'provinces on the map');
  holds(await tab.run(`[...document.querySelectorAll('.map a')].every((a) => (a.getAttribute('aria-label') || a.textContent).trim())`), 'a province without a name');
  const href = await tab.run(`(() => { const a = document.querySelectorAll('.map a')[9]; a.focus(); return new URL(a.getAttribute('href'), location).pathname.slice(1); })()`);
  holds(await tab.run(`document.activeElement.closest('.map') !== null`), 'the map takes no focus');
  await tab.key('Enter');
  await tab.until(`${path} === ${JSON.stringify(href)}`);
});
await check('a file is downloaded whole', async (tab) => {
  await tab.downloads(downloads);
  await tab.go(`${site.url}datasets/summary_year/index.html`);
  const href = await tab.run(`[...document.querySelectorAll('a[download]')].find((a) => a.getAttribute('href').endsWith('summary_year.csv')).getAttribute('href')`);
  await tab.click(`a[href="${href}"]`);
  const to = join(downloads, 'summary_year.csv'), size = statSync(join(dir, 'data/summary_year/summary_year.csv')).size;
  for (let i = 0; i < 200 && !(existsSync(to) && statSync(to).size === size); i++) await new Promise((r) => setTimeout(r, 50));
  equal(readFileSync(to, 'utf8'), readFileSync(join(dir, 'data/summary_year/summary_year.csv'), 'utf8'), 'the file');
});
await check('results are downloaded as CSV', async (tab) => {
  await tab.downloads(downloads);
  await tab.go(`${site.url}search/index.html?q=${encodeURIComponent('ถนน')}&in=name`);
  await tab.until(done('ถนน'));
  const n = await tab.run(total), before = new Date();
  await tab.click('[data-csv]');
  let file;
  for (let i = 0; i < 200 && !file; i++) {
    file = readdirSync(downloads).find((name) => name.endsWith('.csv') && name !== 'summary_year.csv' && statSync(join(downloads, name)).mtime >= before);
    await new Promise((r) => setTimeout(r, 50));
  }
  holds(file, 'no file came');
  equal(readFileSync(join(downloads, file), 'utf8').trim().split('\n').length - 1, n, 'lines');
});
await check('without script all pages read as they are, and the page of the search offers lists', async (tab) => {
  for (const page of ['index.html', 'reporting/index.html', 'provinces/50/index.html', 'search/index.html']) {
    await tab.go(site.url + page);
    holds(await tab.run(`document.querySelector('main').innerText.length > 300`), `${page} is empty`);
  }
  equal(await tab.run(`document.querySelectorAll('.search:not([hidden])').length`), 0, 'a search that cannot work');
  holds(await tab.run(`document.querySelectorAll('#provinces + ul a').length > 70 && document.querySelector('#more').checkVisibility()`), 'nothing to browse');
}, { script: false });
await check('the first stop of the keyboard is the way to the content; all that is focused is seen', async (tab) => {
  for (const page of ['index.html', 'search/index.html', 'p/' + await firstProject()]) {
    await tab.go(site.url + page);
    await tab.key('Tab');
    equal(await tab.run(`document.activeElement.className`), 'skip', 'first stop');
    await tab.key('Enter');
    equal(await tab.run('location.hash'), '#main', 'the content');
    for (let i = 0; i < 12; i++) {
      await tab.key('Tab');
      holds(await tab.run(`(() => { const e = document.activeElement, r = e.getBoundingClientRect(); return e === document.body || r.width > 0 && r.bottom > 0 && r.top < innerHeight; })()`), `stop ${i} is not seen`);
    }
  }
});
await check('at 320 pixels, as at 400 % zoom, no page is wider than the window', async (tab) => {
  for (const page of ['index.html', 'years/index.html', 'reporting/index.html', 'proposals/index.html', 'covid/index.html', 'provinces/50/index.html', 'plans/index.html',
    'datasets/projects/index.html', 'search/index.html', 'developers/index.html', 'en/quality/index.html', 'p/' + await firstProject()]) {
    await tab.go(site.url + page);
    holds(await tab.run(`document.documentElement.scrollWidth <= innerWidth`), page);
  }
}, { width: 320 });
await check('at 360 pixels the figures of charts are whole, in both languages', async (tab) => {
  for (const page of ['en/index.html', 'index.html', 'en/covid/index.html', 'en/years/index.html', 'reporting/index.html', 'en/provinces/50/index.html']) {
    await tab.go(site.url + page);
    const cut = await tab.run(`[...document.querySelectorAll('.bars .value, .multiples .ends')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)`);
    equal(cut.length, 0, `${page}: ${cut[0]}`);
  }
}, { width: 360 });
async function firstProject() {
  const id = readFileSync(join(dir, 'data/projects/projects.csv'), 'utf8').split('\n')[1].split(',')[0];
  return `${Math.floor(id / 1000)}/${id}.html`;
}
await browser.close();
site.close();
process.exit(failed ? 1 : 0);
