// search.js - finds projects in the files that pipeline/search/build.h describes. Knows nothing of
// pages: whoever makes an odSearch gives it `read` and `inflate`, so the same program runs in tests.
//
//   read(file, ranges)   bytes of a file below the data folder: a promise of Uint8Arrays, one a
//                        range [offset, length]; without ranges, the whole file in an array
//   inflate(bytes)       a gzip member undone: a promise of a Uint8Array
'use strict';
(function () {
  const INLINE = 96, SHARD = 1 << 18, HEAD = 8, FEW_GRAMS = 4;

  // ---- texts: the same as pipeline/search/norm.c

  const rank = (mark) => (/[\u0e48-\u0e4b]/.test(mark) ? 1 : /[\u0e4c\u0e4e]/.test(mark) ? 2 : 0);

  /** The form in which texts are compared, before white space at the ends goes. */
  const fold = (text) => text.normalize('NFC')
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .replace(/\u0e33/g, '\u0e4d\u0e32')
    .replace(/[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}/g, (run) => [...new Set(run)].sort((a, b) => rank(a) - rank(b)).join(''))
    .replace(/[\u0e50-\u0e59]/g, (digit) => String(digit.charCodeAt(0) - 0xe50))
    .toLowerCase()
    .replace(/[\s\u0e2f\u0e46.]+/g, ' ');
  const normal = (text) => fold(text).trim();

  /** A word's symbols, one character below 256 each (norm.h). */
  function symbols(text) {
    let out = '';
    for (const char of text) {
      const c = char.codePointAt(0);
      if (c >= 0x20 && c < 0x80) out += char;
      else if (c >= 0xe00 && c < 0xe80) out += String.fromCharCode(c - 0xe00 + 0x80);
      else for (let i = (out += '\x02', 20); i >= 0; i -= 4) out += String.fromCharCode(0x10 + ((c >> i) & 15));
    }
    return out;
  }

  function text(bytes, from, to) {
    let out = '';
    for (let i = from; i < to; i++) {
      let c = bytes[i];
      if (c >= 0x80) c += 0xe00 - 0x80;
      else if (c === 2) for (let end = (c = 0, i + 6); i < end;) c = (c << 4) | (bytes[++i] & 15);
      out += String.fromCodePoint(c);
    }
    return out;
  }

  /** `a "b c" -d` as terms {text, symbols, unwanted}. */
  function terms(query) {
    const found = [];
    for (const [, minus, phrase, word] of query.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)) {
      const plain = normal(phrase ?? word);
      if (plain) found.push({ text: plain, symbols: symbols(plain), unwanted: minus !== '' });
    }
    return found;
  }

  // ---- numbers: pipeline/search/rice.h

  class Bits {
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    get(n) {
      let v = 0;
      for (let left = n; left > 0;) {
        const free = 8 - (this.at & 7), take = Math.min(free, left);
        v = v * 2 ** take + ((this.bytes[this.at >> 3] >> (free - take)) & ((1 << take) - 1));
        this.at += take;
        left -= take;
      }
      return v;
    }
    run(bit) {
      let n = 0;
      for (const end = this.bytes.length * 8; this.at < end; n++) {
        const is = (this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1;
        this.at++;
        if (is !== bit) return n;
      }
      throw new Error('the search index is damaged');
    }
    gamma() { const zeros = this.run(0); return 2 ** zeros + this.get(zeros); }
    list(n, bound) {
      const mean = n ? Math.floor(((bound - n) * 11) / (n * 16)) : 0;
      const k = mean ? 31 - Math.clz32(mean) : 0, out = new Uint32Array(n);
      for (let i = 0, next = 0; i < n; i++) {
        next += this.run(1) * 2 ** k + this.get(k);
        out[i] = next++;
      }
      return out;
    }
    symbols(n) { let s = ''; for (; n > 0; n--) s += String.fromCharCode(this.get(8)); return s; }
  }

  // ---- sets of records

  class Docs {
    constructor(bound) { this.bound = bound; this.words = new Uint32Array(Math.ceil(bound / 32)); }
    static all(bound) {
      const d = new Docs(bound);
      d.words.fill(0xffffffff);
      if (bound % 32) d.words[d.words.length - 1] = 2 ** (bound % 32) - 1;
      return d;
    }
    add(doc) { this.words[doc >> 5] |= 1 << (doc & 31); }
    remove(doc) { this.words[doc >> 5] &= ~(1 << (doc & 31)); }
    has(doc) { return ((this.words[doc >> 5] >>> (doc & 31)) & 1) === 1; }
    addAll(list) { for (const doc of list) this.add(doc); return this; }
    apply(other, how) { for (let i = 0; i < this.words.length; i++) this.words[i] = how(this.words[i], other.words[i]); return this; }
    and(other) { return this.apply(other, (a, b) => a & b); }
    or(other) { return this.apply(other, (a, b) => a | b); }
    not(other) { return this.apply(other, (a, b) => a & ~b); }
    copy() { const d = new Docs(this.bound); d.words.set(this.words); return d; }
    get size() {
      let n = 0;
      for (let w of this.words) {
        w -= (w >>> 1) & 0x55555555;
        w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
        n += Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      return n;
    }
    list(limit = Infinity) {
      const out = [];
      for (let i = 0; i < this.words.length && out.length < limit; i++)
        for (let w = this.words[i]; w && out.length < limit; w &= w - 1) out.push(i * 32 + 31 - Math.clz32(w & -w));
      return out;
    }
  }

  // ---- files

  /** Places of items of these lengths, one after the other: pipeline/search/shards.h. */
  function places(lengths, head) {
    let shard = 0, end = head;
    return lengths.map((n) => {
      if (end > head && end + n > SHARD) { shard++; end = head; }
      const place = { shard, offset: end, length: n };
      end += n;
      return place;
    });
  }

  class Files {
    constructor(read, inflate) { this.read = read; this.inflate = inflate; }
    async unpack(file) { return this.inflate((await this.read(file))[0].subarray(HEAD)); }
    async root(name) { return new Bits(await this.unpack(`${name}.root`)); }
    /** Items of the shards of a name, in the order asked for. */
    async items(name, wanted, ending = 'bin') {
      const byShard = new Map();
      wanted.forEach((place, i) => {
        if (!byShard.has(place.shard)) byShard.set(place.shard, []);
        byShard.get(place.shard).push(i);
      });
      const out = new Array(wanted.length);
      await Promise.all([...byShard].map(async ([shard, all]) => {
        const got = await this.read(`${name}${shard}.${ending}`, all.map((i) => [wanted[i].offset, wanted[i].length]));
        all.forEach((i, k) => { out[i] = got[k]; });
      }));
      return out;
    }
  }

  // ---- an index: pipeline/search/index.h

  class Index {
    constructor(files, name) { this.files = files; this.name = name; this.pages = new Map(); }

    load() { this.loaded ??= this.readRoot(); return this.loaded; }

    async readRoot() {
      const bits = await this.files.root(this.name), lengths = [];
      this.bound = bits.gamma() - 1;
      this.keys = [];
      for (let n = bits.gamma() - 1; n > 0; n--) {
        const lcp = bits.gamma() - 1, rest = bits.gamma() - 1;
        this.keys.push((this.keys[this.keys.length - 1] ?? '').slice(0, lcp) + bits.symbols(rest));
        lengths.push(bits.gamma());
      }
      this.places = places(lengths, HEAD);
      this.runs = new Map();
      for (let n = bits.gamma() - 1, last = 0; n > 0; n--) {
        last += bits.gamma() - 1;
        const from = last - bits.gamma(), count = bits.gamma();
        this.runs.set(`${from} ${last}`, this.reference(bits, count));
      }
    }

    reference(bits, n) {
      const place = bits.get(32);
      return { n, shard: Math.floor(place / SHARD), offset: place % SHARD, length: bits.gamma() };
    }

    async lists(wanted) {
      const items = await this.files.items(`${this.name}l`, wanted);
      return items.map((bytes, i) => new Bits(bytes).list(wanted[i].n, this.bound));
    }

    leaves(bytes) {
      const bits = new Bits(bytes), out = [];
      for (let key = '', lcp; (lcp = bits.gamma()) !== 1;) {
        key = key.slice(0, lcp - 2) + bits.symbols(bits.gamma());
        const n = bits.gamma();
        out.push(n <= INLINE ? { key, docs: bits.list(n, this.bound) } : { key, list: this.reference(bits, n) });
      }
      return out;
    }

    async page(numbers) {
      const missing = numbers.filter((i) => !this.pages.has(i));
      const items = await this.files.items(this.name, missing.map((i) => this.places[i]));
      missing.forEach((i, k) => this.pages.set(i, this.leaves(items[k])));
      return numbers.flatMap((i) => this.pages.get(i));
    }

    /** Pages that can hold keys that begin with the word: first and last. */
    span(word) {
      let from = 0, to = this.keys.length;
      while (from < to) {
        const at = (from + to) >> 1;
        if (this.keys[at] <= word) from = at + 1; else to = at;
      }
      const first = Math.max(0, from - 1);
      let last = first;
      for (to = this.keys.length - 1; last < to;) {
        const at = (last + to + 1) >> 1;
        if (this.keys[at] <= word || this.keys[at].startsWith(word)) last = at; else to = at - 1;
      }
      return { first, last };
    }

    /** The records that have the word (sure) and those whose texts must be looked at (maybe). */
    async find(word) {
      await this.load();
      const sure = new Docs(this.bound), maybe = new Docs(this.bound);
      if (!this.keys.length) return { sure, maybe };
      const { first, last } = this.span(word);
      const start = this.keys[first].startsWith(word) ? first : first + 1;
      const run = start <= last ? this.runs.get(`${start} ${last}`) : undefined;
      const numbers = [];
      for (let i = first; i <= last; i++) if (!run || i < start || i === last) numbers.push(i);
      const [leaves, whole] = await Promise.all([this.page(numbers), run ? this.lists([run]) : []]);
      for (const list of whole) sure.addAll(list);
      const here = leaves.filter(({ key }) => key.startsWith(word) || word.startsWith(key));
      const far = here.filter((leaf) => leaf.list);
      const lists = await this.lists(far.map((leaf) => leaf.list));
      const put = (key, docs) => (key.startsWith(word) ? sure : maybe).addAll(docs);
      for (const leaf of here) if (leaf.docs) put(leaf.key, leaf.docs);
      far.forEach((leaf, i) => put(leaf.key, lists[i]));
      return { sure, maybe };
    }

    /** All keys that begin so, with their records. */
    async all(word) {
      await this.load();
      if (!this.keys.length) return [];
      const { first, last } = this.span(word), numbers = [];
      for (let i = first; i <= last; i++) numbers.push(i);
      const here = (await this.page(numbers)).filter(({ key }) => key.startsWith(word));
      const far = here.filter((leaf) => leaf.list), lists = await this.lists(far.map((leaf) => leaf.list));
      far.forEach((leaf, i) => { leaf.docs = lists[i]; delete leaf.list; });
      return here.map(({ key, docs }) => ({ key: key.slice(word.length, -1), docs }));
    }
  }

  // ---- texts of records: pipeline/search/blocks.h

  class Blocks {
    constructor(files, name, size, columns) { Object.assign(this, { files, name, size, columns, cache: new Map() }); }

    load() {
      this.loaded ??= this.files.root(this.name).then((bits) => {
        const lengths = [];
        for (let n = bits.gamma() - 1; n > 0; n--) lengths.push(bits.gamma());
        this.places = places(lengths, 0);
      });
      return this.loaded;
    }

    parse(bytes) {
      return new TextDecoder().decode(bytes).split('\x01').slice(0, -1).map((record) => {
        const values = record.split('\x03');
        return Object.fromEntries(this.columns.map(({ name, many }, i) => [name, many ? values[i].split('\x04').filter((value) => value) : values[i]]));
      });
    }

    /** The records of these numbers, in their order. */
    async get(docs) {
      await this.load();
      const blocks = [...new Set(docs.map((doc) => Math.floor(doc / this.size)))];
      const missing = blocks.filter((block) => !this.cache.has(block));
      if (this.cache.size > 400) this.cache.clear(), missing.splice(0, Infinity, ...blocks);
      const items = await this.files.items(this.name, missing.map((block) => this.places[block]), 'gz');
      await Promise.all(missing.map(async (block, i) => this.cache.set(block, this.parse(await this.files.inflate(items[i])))));
      return docs.map((doc) => this.cache.get(Math.floor(doc / this.size))[doc % this.size]);
    }
  }

  // ---- searching

  /** Where in a word an indexed suffix begins (pipeline/search/suffix.h). */
  function start(word) {
    let i = 0;
    while (i < word.length && /[\x00\x01\x10-\x20\xb0-\xb2\xb4-\xba\xc5\xc7-\xce]/.test(word[i])) i++;
    return i;
  }

  class Search {
    /** about: index.json, words: words.json. */
    constructor(about, words, read, inflate) {
      const files = new Files(read, inflate);
      this.size = about.records;
      this.block = about.block;
      this.columns = about.columns;
      this.words = words;
      this.files = files;
      this.name = new Index(files, 'name');
      this.main = new Index(files, 'main');
      this.facets = new Index(files, 'facet');
      this.records = new Blocks(files, 'record', about.block, about.columns.filter((c) => c.in !== 'prose'));
      if (about.prose) {
        this.prose = new Index(files, 'prose');
        this.texts = new Blocks(files, 'text', about.block, about.columns.filter((c) => c.in === 'prose'));
      }
      this.numbers = new Map();
      this.byKey = {};
      for (const [list, rows] of Object.entries(words)) this.byKey[list] = new Map(rows.map((row) => [row[0], row]));
    }

    /** Texts of a record that a search looks at: {column, text}. */
    fields(record, where) {
      const out = [];
      for (const column of this.columns) {
        const value = record[column.name];
        if (!value || !value.length || (where === 'name' && column.in !== 'name')) continue;
        for (const one of [value].flat()) {
          if (column.in) out.push({ column: column.name, text: one });
          if (column.words) for (const word of (this.byKey[column.words].get(one) ?? []).slice(1)) if (word) out.push({ column: column.name, text: word });
        }
      }
      return out;
    }

    async suffixes(index, word) {
      const skip = start(word);
      if (skip === word.length) return { sure: new Docs(this.size), maybe: Docs.all(this.size) };
      const { sure, maybe } = await index.find(word.slice(skip));
      return skip ? { sure: new Docs(this.size), maybe: maybe.or(sure) } : { sure, maybe };
    }

    /** Records of the blocks that have trigrams of the word: a few of them, spread over it. */
    async grams(word) {
      const grams = [], last = Math.max(0, word.length - 3), step = Math.max(1, Math.ceil(last / (FEW_GRAMS - 1)));
      for (let at = 0; at < last; at += step) grams.push(word.slice(at, at + 3));
      grams.push(word.slice(last));
      const found = await Promise.all(grams.map((gram) => this.prose.find(gram)));
      const blocks = found.map(({ sure, maybe }) => sure.or(maybe)).reduce((a, b) => a.and(b));
      const docs = new Docs(this.size);
      for (const block of blocks.list())
        for (let doc = block * this.block; doc < Math.min(this.size, (block + 1) * this.block); doc++) docs.add(doc);
      return docs;
    }

    async claim(term, where) {
      const [name, main, prose] = await Promise.all([this.suffixes(this.name, term.symbols),
        where !== 'name' ? this.suffixes(this.main, term.symbols) : null,
        where === 'all' && this.prose ? this.grams(term.symbols) : null]);
      const inName = name.sure.copy().or(name.maybe);
      if (main) { name.sure.or(main.sure); name.maybe.or(main.maybe); }
      if (prose) name.maybe.or(prose);
      return { sure: name.sure, maybe: name.maybe, inName };
    }

    /** The records of a value of a filter. */
    async facet(name, value) { return (await this.facets.find(`${name}=${symbols(value)}\0`)).sure; }

    /** The numbers of a column, by record. */
    number(column) {
      if (!this.numbers.has(column)) this.numbers.set(column, (async () => {
        const bytes = await this.files.unpack(`${column}.num`), out = new Float64Array(this.size);
        for (let i = 0, at = 0, v = 0; i < this.size; i++) {
          let z = 0, factor = 1;
          for (; bytes[at] & 128; factor *= 128) z += (bytes[at++] & 127) * factor;
          z += bytes[at++] * factor;
          v += z % 2 ? -(z + 1) / 2 : z / 2;
          out[i] = v;
        }
        return out;
      })());
      return this.numbers.get(column);
    }

    /** Texts of records, with prose where that is looked at. */
    async read(docs, where) {
      const [records, texts] = await Promise.all([this.records.get(docs), where === 'all' && this.texts ? this.texts.get(docs) : docs.map(() => ({}))]);
      return records.map((record, i) => ({ ...record, ...texts[i] }));
    }

    /**
     * query: {text, in: name | main | all, facets: {year: '2567', …}, ranges: {budget_total: [min, max]}}
     * What is found: {terms, docs, named}; named: those that have all words in their names.
     * progress(looked, of, docs) is told after every few blocks; if it answers false, the rest is
     * left out, and `partial` says so.
     */
    async find(query, progress = () => true) {
      const where = query.in ?? 'main', wanted = terms(query.text);
      const result = { terms: wanted, docs: new Docs(this.size), named: new Docs(this.size), partial: false };
      if (!wanted.some((term) => !term.unwanted)) return result;
      const limits = [...Object.entries(query.facets ?? {}).map(([name, value]) => this.facet(name, value)),
        ...Object.entries(query.ranges ?? {}).map(([column, range]) => this.within(column, range))];
      const [claims, filters] = await Promise.all([Promise.all(wanted.map((term) => this.claim(term, where))), Promise.all(limits)]);
      const docs = Docs.all(this.size), certain = Docs.all(this.size), named = Docs.all(this.size);
      claims.forEach(({ sure, maybe, inName }, i) => {
        maybe.or(sure);
        if (wanted[i].unwanted) { docs.not(sure); certain.not(maybe); return; }
        docs.and(maybe);
        certain.and(sure);
        named.and(inName);
      });
      for (const filter of filters) docs.and(filter);
      result.docs = docs;
      result.named = named.and(docs);
      await this.verify(result, docs.copy().not(certain).list(), where, progress);
      return result;
    }

    async within(column, [least, most]) {
      const values = await this.number(column), docs = new Docs(this.size);
      for (let i = 0; i < this.size; i++) if (values[i] >= least && values[i] <= most) docs.add(i);
      return docs;
    }

    fits(record, wanted, where) {
      const fields = this.fields(record, where).map((field) => normal(field.text));
      return wanted.every((term) => fields.some((field) => field.includes(term.text)) !== term.unwanted);
    }

    async verify(result, doubtful, where, progress) {
      const step = where === 'all' ? 12 * this.block : 64 * this.block;
      for (let at = 0; at < doubtful.length; at += step) {
        const some = doubtful.slice(at, at + step), records = await this.read(some, where);
        some.forEach((doc, i) => { if (!this.fits(records[i], result.terms, where)) { result.docs.remove(doc); result.named.remove(doc); } });
        if (at + step < doubtful.length && progress(at + step, doubtful.length, result.docs) === false) {
          for (const doc of doubtful.slice(at + step)) { result.docs.remove(doc); result.named.remove(doc); }
          result.partial = true;
          return;
        }
      }
    }

    /** Numbers of records by the values of a filter. */
    async counts(name, docs) {
      const out = new Map();
      for (const { key, docs: list } of await this.facets.all(`${name}=`)) {
        let n = 0;
        for (const doc of list) if (docs.has(doc)) n++;
        out.set(text(Uint8Array.from(key, (c) => c.charCodeAt(0)), 0, key.length), n);
      }
      return out;
    }

    /** Records found, in an order: relevance | budget_total | updated_at. */
    async order(result, by) {
      const all = result.docs.list();
      if (by && by !== 'relevance') {
        const values = await this.number(by);
        return all.sort((a, b) => values[b] - values[a] || a - b);
      }
      return [...all.filter((doc) => result.named.has(doc)), ...all.filter((doc) => !result.named.has(doc))];
    }
  }

  /** Where in a text, as it is written, a term stands: [from, to] pairs, ascending, apart. */
  function marks(original, wanted) {
    let folded = '';
    const at = [];
    for (const match of original.matchAll(/[\s\S][\u0300-\u036f\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u200b\u2060\ufeff]*/gu)) {
      let part = fold(match[0]);
      if (part.startsWith(' ') && (folded === '' || folded.endsWith(' '))) part = part.slice(1);
      for (let i = 0; i < part.length; i++) at.push([match.index, match.index + match[0].length]);
      folded += part;
    }
    const found = [];
    for (const { text: word, unwanted } of wanted)
      for (let i = unwanted ? -1 : folded.indexOf(word); i >= 0; i = folded.indexOf(word, i + word.length)) found.push([at[i][0], at[i + word.length - 1][1]]);
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    return found.reduce((out, [from, to]) => {
      const last = out[out.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to); else out.push([from, to]);
      return out;
    }, []);
  }

  globalThis.odSearch = { Search, Index, normal, terms, symbols, marks };
}());
