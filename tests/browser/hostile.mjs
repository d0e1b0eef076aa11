// Opens every page that carries a payload: nothing runs, nothing is asked of the world, no policy report.
//   node hostile.mjs RELEASE PAYLOADS [EVERY]      all pages of projects, and every EVERY-th of the others (default: all)
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, serve } from './chromium.mjs';

const [dir, file, every = 1] = process.argv.slice(2), payloads = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const plain = (text) => text.replace(/[^\x21-\x7e]/g, ''), unseen = new Map(payloads.map((text) => [text, plain(text)]));
const carriers = readdirSync(dir, { recursive: true }).filter((path) => /\.(html|xml|svg)$/.test(path) && /pwned|attacker/.test(readFileSync(join(dir, path), 'latin1')));
const searches = payloads.filter((_, i) => i % 20 === 0).map((text) => `search/index.html?q=${encodeURIComponent(text)}`);
const chosen = carriers.filter((path, i) => path.startsWith('p/') || i % every === 0);
const faults = [], site = await serve(dir), browser = await open(), queue = [...chosen, ...searches];

// In the page: markup that no page of the portal has, whoever wrote it.
const inspect = `(() => {
  const bad = [...document.querySelectorAll('iframe, object, embed, base, frame, portal, style, script:not([src]):not([type="application/ld+json"]), form:not([role="search"]), meta[http-equiv="refresh" i]')];
  const urls = ['src', 'href', 'action', 'formaction', 'poster', 'data', 'xlink:href', 'srcdoc', 'cite', 'ping'];
  for (const e of document.querySelectorAll('*')) for (const { name, value } of e.attributes)
    if (/^on/i.test(name) || urls.includes(name) && /^\\s*(javascript|data:text)/i.test(value)) bad.push(e);
  for (const e of document.querySelectorAll('script:not([src])')) JSON.parse(e.textContent);
  return { bad: bad.map((e) => e.outerHTML.slice(0, 120)), text: document.documentElement.textContent, ran: window.ran ?? 0, reports: window.reports ?? [] };
})()`;

const work = async () => {
  const tab = await browser.tab();
  await tab.before(`window.ran = 0; window.pwned = () => window.ran++; window.reports = [];
    document.addEventListener('securitypolicyviolation', (e) => reports.push(e.violatedDirective + ' ' + e.blockedURI));`);
  for (let path; (path = queue.pop());) {
    const fault = (what) => faults.push(`${path}: ${what}`);
    tab.heard.length = tab.asked.length = 0;
    try {
      await tab.go(site.url + path);
      if (path.includes('?')) await tab.until(`document.querySelector('[data-search-state="done"]')`);
      const { bad, text, ran, reports } = await tab.run(inspect), shown = plain(text);
      for (const [payload, core] of unseen) if (shown.includes(core)) unseen.delete(payload);
      for (const what of bad) fault(`markup: ${what}`);
      if (ran) fault(`${ran} scripts ran`);
      for (const what of [...reports, ...tab.heard]) fault(what);
      for (const url of tab.asked) if (!url.startsWith(site.url)) fault(`asked for ${url}`);
    } catch (error) { fault(error.message); }
  }
  await tab.close();
};
await Promise.all([work(), work()]);
await browser.close();
site.close();
console.log(`${chosen.length} of ${carriers.length} pages with payloads and ${searches.length} queries opened, ${payloads.length - unseen.size} of ${payloads.length} payloads seen as text, ${faults.length} faults`);
for (const fault of faults.slice(0, 20)) console.log(fault);
for (const payload of [...unseen.keys()].slice(0, 5)) console.log(`not seen: ${JSON.stringify(payload)}`);
process.exit(faults.length || unseen.size > payloads.length / 50 ? 1 : 0);
