// draft.js - the projects that a draft is most like: what pipeline/search/like.c does, with the same answer.
// Works on a Search of search.js; knows nothing of pages.
'use strict';
(function () {
  const TERMS = 64, LOOKED = 32, HITS = 10, PHRASES = 3, LEAST = 8;   // pipeline/search/like.h, analyze/shared.h
  const OTHER = 0, END = 127, NO_TERM = 65535, GRAMS = 1 << 21;       // pipeline/analyze/grams.h
  const CUT = '[ปกปิด';

  // ---- texts as symbols: pipeline/analyze/grams.c

  const RANGES = [['a', 'z', 1], ['A', 'Z', 1], ['0', '9', 27], ['๐', '๙', 27], ['\u0e01', '\u0e3a', 37], ['\u0e3f', '\u0e4f', 95]]
    .map(([from, to, first]) => [from.codePointAt(0), to.codePointAt(0), first]);
  const symbolOf = (c) => { for (const [from, to, first] of RANGES) if (c >= from && c <= to) return first + c - from; return OTHER; };

  /** Symbols of a text, and where in it each begins. */
  function symbolize(text) {
    const symbols = [], at = [], put = (symbol, place) => { symbols.push(symbol); at.push(place); };
    let last = OTHER;
    if (text) put(OTHER, 0);
    for (let i = 0; i < text.length;) {
      const place = i;
      let symbol = OTHER;
      if (text.startsWith(CUT, i)) {
        const close = text.indexOf(']', i);
        i = close < 0 ? text.length : close + 1;
      } else {
        const c = text.codePointAt(i);
        i += c > 0xffff ? 2 : 1;
        symbol = symbolOf(c);
      }
      if (symbol !== OTHER || last !== OTHER) put(symbol, place);
      last = symbol;
    }
    if (text && last !== OTHER) put(OTHER, text.length);
    put(END, text.length);
    return { symbols, at };
  }

  const gramAt = (symbols, i) => (symbols[i] << 14) | (symbols[i + 1] << 7) | symbols[i + 2];

  /** The grams of a row of symbols, each once; none goes over the end of a text. */
  function grams(symbols) {
    const out = new Set();
    for (let i = 0; i + 2 < symbols.length; i++)
      if (symbols[i] !== END && symbols[i + 1] !== END && symbols[i + 2] !== END) out.add(gramAt(symbols, i));
    return out;
  }

  // ---- phrases of both: pipeline/analyze/shared.c

  const rest = (symbols, i) => symbols.indexOf(END, i) - i;
  const piece = (symbols, i) => String.fromCharCode(...symbols.slice(i, i + LEAST));

  function table(symbols) {
    const out = new Map();
    for (let i = 0, left = rest(symbols, 0); left >= LEAST; left--, i++) if (!out.has(piece(symbols, i))) out.set(piece(symbols, i), i);
    return out;
  }

  /** A phrase that lies within a better one is no second reason. */
  function keep(best, x) {
    for (let i = 0; i < best.length; i++)
      if (x.from < best[i].from + best[i].n && best[i].from < x.from + x.n) {
        if (x.worth <= best[i].worth) return;
        best.splice(i--, 1);
      }
    if (best.length === PHRASES) {
      if (x.worth <= best[PHRASES - 1].worth) return;
      best.pop();
    }
    let at = best.length;
    while (at && best[at - 1].worth < x.worth) at--;
    best.splice(at, 0, x);
  }

  function phrases(draft, known, texts, worth) {
    const best = [];
    for (const other of texts) {
      for (let i = 0, left = rest(other, 0); left >= LEAST;) {
        const at = known.get(piece(other, i));
        let n = 0;
        if (at !== undefined) {
          let back = 0;
          while (back < at && back < i && draft[at - back - 1] === other[i - back - 1]) back++;
          while (n < left && draft[at + n] === other[i + n]) n++;
          keep(best, { from: at - back, n: back + n, worth: worth(draft, at - back, back + n) });
        }
        n ||= 1;
        i += n;
        left -= n;
      }
    }
    return best;
  }

  // ---- finding

  class Finder {
    constructor(search) {
      this.search = search;
      this.texts = search.columns.filter((column) => column.like === 'text').map((column) => column.name);
      this.lists = new globalThis.odSearch.Index(search.files, 'term');
    }

    load() {
      this.loaded ??= Promise.all([this.readGrams(), this.lists.load(), this.search.records.load(), this.search.texts?.load()]);
      return this.loaded;
    }

    /** term.num: pipeline/search/terms.h */
    async readGrams() {
      const bytes = await this.search.files.unpack('term.num');
      this.ofGram = new Uint16Array(GRAMS).fill(NO_TERM);
      this.weights = new Uint8Array(1 << 16);
      for (let i = 0, gram = 0; i < bytes.length; i += 4) {
        for (let shift = 0; ; shift += 7) {
          gram += (bytes[i] & 127) << shift;
          if (!(bytes[i] & 128)) break;
          i++;
        }
        this.ofGram[gram] = bytes[i + 1] | (bytes[i + 2] << 8);
        this.weights[this.ofGram[gram]] = bytes[i + 3];
      }
      this.weights[NO_TERM] = 0;
    }

    weight(gram) { return this.weights[this.ofGram[gram]]; }

    key(gram) {
      const term = this.ofGram[gram];
      return String.fromCharCode(1 + (term >> 12), 1 + ((term >> 6) & 63), 1 + (term & 63));
    }

    /** The records with the largest sums of weights of the heaviest grams. */
    async candidates(heavy) {
      const sums = new Uint32Array(this.search.size), first = heavy.slice(0, TERMS), chosen = [];
      const found = await Promise.all(first.map(({ gram }) => this.lists.find(this.key(gram))));
      found.forEach(({ sure }, i) => { for (const doc of sure.list()) sums[doc] += first[i].weight; });
      for (let doc = 0; doc < sums.length; doc++) {
        if (!sums[doc] || (chosen.length === LOOKED && sums[doc] <= sums[chosen[LOOKED - 1]])) continue;
        let at = chosen.length < LOOKED ? chosen.length : LOOKED - 1;
        for (; at && sums[chosen[at - 1]] < sums[doc]; at--) chosen[at] = chosen[at - 1];
        chosen[at] = doc;
      }
      return chosen;
    }

    /** [{doc, record, score, percent, phrases}], the nearest first, at most ten. */
    async find(text) {
      await this.load();
      const { symbols: draft, at } = symbolize(text), known = table(draft);
      const heavy = [...grams(draft)].map((gram) => ({ gram, weight: this.weight(gram) })).filter(({ weight }) => weight)
        .sort((a, b) => b.weight - a.weight || a.gram - b.gram);
      const square = heavy.reduce((sum, { weight }) => sum + weight * weight, 0);
      const worth = (symbols, from, n) => {
        let sum = 0;
        for (let i = from; i + 3 <= from + n; i++) sum += this.weight(gramAt(symbols, i));
        return sum;
      };
      const docs = await this.candidates(heavy), records = await this.search.read(docs, 'all'), hits = [];
      docs.forEach((doc, i) => {
        const texts = this.texts.map((name) => symbolize(records[i][name] ?? '').symbols), has = grams(texts.flat());
        let other = 0, both = 0;
        for (const gram of has) other += this.weight(gram) ** 2;
        for (const { gram, weight } of heavy) if (has.has(gram)) both += weight * weight;
        if (both) hits.push({ doc, record: records[i], texts, score: both / Math.sqrt(square * Math.sqrt(square * other)) });
      });
      hits.sort((a, b) => b.score - a.score || a.doc - b.doc);
      return hits.slice(0, HITS).map(({ doc, record, texts, score }) => ({
        doc, record, score, percent: Math.floor(score * 100 + 0.5),
        phrases: phrases(draft, known, texts, worth).map(({ from, n }) => text.slice(at[from], at[from + n]).replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')),
      }));
    }
  }

  globalThis.odDraft = { Finder };
}());
