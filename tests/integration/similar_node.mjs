// Compares drafts with the page's own program, as `odp similar RELEASE --text FILE` does:
//   node similar_node.mjs RELEASE FILE…          to stdout: `# FILE`, then its lines
//   node similar_node.mjs RELEASE --all FILE…    the same with every project looked at, not the most promising
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

await import('../../site-templates/assets/search.js');
await import('../../site-templates/assets/draft.js');
const [release, ...rest] = process.argv.slice(2), all = rest[0] === '--all', files = all ? rest.slice(1) : rest;
const json = (path) => JSON.parse(readFileSync(`${release}/search/${path}`, 'utf8')), about = json('index.json');
const read = async (file, ranges) => {
  const path = `${release}/search/${about.data}/${file}`;
  if (!ranges) return [new Uint8Array(readFileSync(path))];
  const fd = openSync(path), out = ranges.map(([offset, length]) => {
    const bytes = new Uint8Array(length);
    if (readSync(fd, bytes, 0, length, offset) !== length) throw new Error(`${file} is too short`);
    return bytes;
  });
  closeSync(fd);
  return out;
};
const search = new globalThis.odSearch.Search(about, json(`${about.data}/words.json`), read, async (bytes) => gunzipSync(bytes));
const finder = new globalThis.odDraft.Finder(search);
if (all) finder.candidates = async () => Array.from({ length: search.size }, (_, doc) => doc);
for (const file of files) {
  console.log(`# ${file}`);
  for (const { percent, record, phrases } of await finder.find(readFileSync(file, 'utf8')))
    console.log([percent, record.project_id, record.fiscal_year_be, record.budget_total, record.name_th, phrases.join(' | ')].join('\t').replace(/\t$/, ''));
}
