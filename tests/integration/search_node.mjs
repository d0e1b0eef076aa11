// Answers the queries of standard input with the page's own program, as `odp search DIR -` does:
//   node search_node.mjs RELEASE name|main|all
//   node search_node.mjs RELEASE counts QUERY
//                                        what each filter would leave: FACET=VALUE N
//   node search_node.mjs norm            normal forms of JSON strings, one a line
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

await import('../../site-templates/assets/search.js');
const { Search, normal } = globalThis.odSearch;
const lines = readFileSync(0, 'utf8').split('\n');
lines.pop();
if (process.argv[2] === 'norm') {
  for (const line of lines) console.log(JSON.stringify(normal(JSON.parse(line))));
} else {
  const [release, where] = process.argv.slice(2), json = (path) => JSON.parse(readFileSync(`${release}/search/${path}`, 'utf8'));
  const about = json('index.json');
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
  const search = new Search(about, json(`${about.data}/words.json`), read, async (bytes) => gunzipSync(bytes));
  if (where === 'counts') {
    const { docs } = await search.find({ text: process.argv[4], in: 'name' });
    for (const facet of new Set(search.columns.map((column) => column.facet).filter(Boolean)))
      for (const [value, n] of await search.counts(facet, docs)) console.log(`${facet}=${value} ${n}`);
    process.exit();
  }
  for (const line of lines) {
    const { docs } = await search.find({ text: line, in: where });
    const ids = (await search.records.get(docs.list())).map((record) => record.project_id);
    console.log([ids.length, ...ids].join(' '));
  }
}
