// search-files.js - the files of a search, from the server: the bytes alone where it gives ranges, else the
// file, kept. globalThis.odFiles is not there if the browser cannot undo gzip.
'use strict';
(function () {
  if (typeof DecompressionStream === 'undefined') return;

  const whole = new Map(), GAP = 4096;                           // closer pieces are asked for as one

  async function ask(url, range) {
    const response = await fetch(url, range ? { headers: { Range: `bytes=${range[0]}-${range[1] - 1}` } } : {});
    if (!response.ok) throw new Error(`${response.status} ${url}`);
    return { bytes: new Uint8Array(await response.arrayBuffer()), part: response.status === 206 };
  }

  function joined(ranges) {
    const out = [];
    for (const [offset, length] of [...ranges].sort((a, b) => a[0] - b[0])) {
      const last = out[out.length - 1];
      if (last && offset <= last[1] + GAP) last[1] = Math.max(last[1], offset + length);
      else out.push([offset, offset + length]);
    }
    return out;
  }

  function reader(folder) {
    return async (file, ranges) => {
      const url = new URL(file, folder).href;
      if (!ranges) return [(await ask(url)).bytes];
      const cut = (bytes, from) => ([offset, length]) => bytes.subarray(offset - from, offset - from + length);
      if (whole.has(url)) return ranges.map(cut(await whole.get(url), 0));
      const pieces = await Promise.all(joined(ranges).map(async ([from, to]) => {
        const got = await ask(url, [from, to]);
        if (!got.part) whole.set(url, got.bytes);
        return { from: got.part ? from : 0, to: got.part ? to : Infinity, bytes: got.bytes };
      }));
      return ranges.map((range) => {
        const piece = pieces.find(({ from, to }) => range[0] >= from && range[0] + range[1] <= to);
        return cut(piece.bytes, piece.from)(range);
      });
    };
  }

  const inflate = async (bytes) => new Uint8Array(await new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());

  /** A function that opens the search of the folder `base` when it is first called; load(search) gets ready what is always needed. */
  function opener(base, load) {
    let opened;
    return () => {
      opened ??= (async () => {
        const json = async (url, options) => (await fetch(url, options)).json();
        const about = await json(new URL('index.json', base), { cache: 'no-cache' });
        const folder = new URL(`${about.data}/`, base);
        const search = new globalThis.odSearch.Search(about, await json(new URL('words.json', folder)), reader(folder), inflate);
        await load(search);
        return search;
      })().catch((error) => { opened = undefined; throw error; });
      return opened;
    };
  }

  globalThis.odFiles = { opener };
}());
