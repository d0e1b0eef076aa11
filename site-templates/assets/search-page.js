// search-page.js - the search page: box, filters, results, suggestions. search.js does the finding.
// Everything a visitor reads stands in the page (data-word-…, options); nothing is made as markup.
'use strict';
(function () {
  const root = document.querySelector('[data-search]');
  const { odFiles } = globalThis;
  if (!root || !globalThis.odSearch || !odFiles) return;

  const { normal, marks } = globalThis.odSearch;
  const PAGE = 10, CSV_MOST = 5000, SNIPPET = 60;
  const base = new URL(root.dataset.search, location.href);      // the portal's folder search/
  const portal = new URL('../', base);
  const $ = (selector) => root.querySelector(selector);
  const form = $('form'), box = $('[data-search-box]'), list = $('[data-search-results]'), state = $('[data-search-state]');
  const more = $('[data-search-more]'), tips = $('[data-tips]'), csv = $('[data-csv]'), count = $('[data-count-all]');
  const word = (name) => root.dataset[`word${name}`];
  const thai = document.documentElement.lang === 'th';
  const figure = (n) => n.toLocaleString(thai ? 'th-TH-u-nu-latn' : 'en-GB');

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== undefined && child !== ''));
    return made;
  }

  const open = odFiles.opener(base, (search) => Promise.all([search.name.load(), search.main.load(), search.records.load()]));

  // ---- what is asked, as it stands in the address

  const fields = [...form.elements].filter((field) => field.name && field.name !== 'q');

  function fromAddress() {
    const wanted = new URLSearchParams(location.search);
    box.value = wanted.get('q') ?? '';
    for (const field of fields) {
      const value = wanted.get(field.name) ?? '';
      if (field.type === 'hidden') { field.value = value; continue; }
      if (field.tagName === 'SELECT' && value && ![...field.options].some((option) => option.value === value)) continue;
      field.value = value || field.dataset.fallback || '';
    }
  }

  function address() {
    const wanted = new URLSearchParams();
    if (box.value) wanted.set('q', box.value);
    for (const field of fields) if (field.value && field.value !== (field.dataset.fallback ?? '')) wanted.set(field.name, field.value);
    return `?${wanted}`;
  }

  function question() {
    const query = { text: box.value, facets: {}, ranges: {} };
    for (const field of fields) {
      if (!field.value) continue;
      if (field.dataset.facet) query.facets[field.dataset.facet] = field.value;
      else if (field.name === 'in') query.in = field.value;
    }
    const [least, most] = ['min', 'max'].map((name) => parseFloat(form.elements[name]?.value.replace(/,/g, '')));
    if (!Number.isNaN(least) || !Number.isNaN(most))
      query.ranges.budget_total = [Number.isNaN(least) ? 0 : least, Number.isNaN(most) ? Infinity : Math.floor(most)];
    return query;
  }

  /** Filters that have no field of their own to see: shown, and taken away, one by one. */
  const chosen = $('[data-chosen]');
  function showChosen(search) {
    const set = fields.filter((field) => field.type === 'hidden' && field.value);
    chosen.replaceChildren(...set.map((field) => {
      const name = search.byKey.units.get(field.value)?.[thai ? 1 : 2] || search.byKey.units.get(field.value)?.[1] || field.value;
      const link = element('a', { href: '#' }, word('Remove').replace('#', `${word(`Kind${field.name}`)} ${name}`));
      link.addEventListener('click', (event) => { event.preventDefault(); field.value = ''; go(); });
      return element('li', {}, link);
    }));
    chosen.hidden = !set.length;
  }

  // ---- results

  let asked = 0, shown = { order: [], n: 0 };

  function say(what, query, total) {
    state.dataset.searchState = what;
    state.dataset.searchQuery = query;
    if (total === undefined) delete state.dataset.searchTotal; else state.dataset.searchTotal = total;
  }

  function marked(original, wanted, from = 0, to = original.length) {
    const out = [];
    let at = from;
    for (const [a, b] of marks(original, wanted)) {
      if (b <= from || a >= to) continue;
      out.push(original.slice(at, Math.max(a, at)), element('mark', {}, original.slice(Math.max(a, from), Math.min(b, to))));
      at = Math.min(b, to);
    }
    return [...out, original.slice(at, to)];
  }

  /** A piece of a text around the first place that was found. */
  function snippet(original, wanted) {
    const first = marks(original, wanted)[0];
    const from = Math.max(0, first[0] - SNIPPET), to = Math.min(original.length, first[1] + 2 * SNIPPET);
    return [from ? '…' : '', ...marked(original, wanted, from, to), to < original.length ? '…' : ''];
  }

  const label = (name, value) => [...(form.elements[name]?.options ?? [])].find((option) => option.value === value)?.dataset.label ?? value;
  const named = (search, words, key) => { const row = search.byKey[words].get(key); return row ? (thai ? row[1] : row[2] || row[1]) : key; };

  function hit(search, record, result, where) {
    const id = record.project_id, href = new URL(`p/${Math.floor(id / 1000)}/${id}.html`, portal).href;
    const year = thai ? record.fiscal_year_be : `${record.fiscal_year_be - 543}`;
    const item = element('li', { 'data-project-id': id },
      element('a', { href, lang: 'th' }, ...marked(record.name_th, result.terms)),
      record.name_en ? element('p', { class: 'alt', lang: 'en' }, ...marked(record.name_en, result.terms)) : '',
      element('p', { class: 'meta' },
        element('span', { lang: 'th' }, record.division_name_th), ' · ', element('span', thai ? {} : { lang: /[ก-๛]/.test(named(search, 'units', record.ministry_code)) ? 'th' : undefined }, named(search, 'units', record.ministry_code)),
        ` · ${word('Year')} ${year} · ${figure(Math.round(Number(record.budget_total)))} ${word('Baht')} · ${label('status', record.status)}`));
    const names = new Set(['name_th', 'name_en']);
    const open = result.terms.filter((term) => !term.unwanted &&
      !normal(record.name_th).includes(term.text) && !normal(record.name_en ?? '').includes(term.text));
    const seen = new Set();
    for (const field of open.length ? search.fields(record, where) : []) {
      const here = open.filter((term) => !seen.has(term) && normal(field.text).includes(term.text));
      if (names.has(field.column) || !here.length || !marks(field.text, here).length) continue;
      here.forEach((term) => seen.add(term));
      item.append(element('p', { class: 'snippet', lang: /[ก-๛]/.test(field.text) ? 'th' : undefined }, ...snippet(field.text, here)));
    }
    return item;
  }

  async function show(search, result, where, turn, n) {
    const docs = shown.order.slice(shown.n, shown.n + n), records = await search.read(docs, where);
    if (turn !== asked) return;
    list.append(...records.map((record) => hit(search, record, result, where)));
    shown.n += docs.length;
    more.hidden = shown.n >= shown.order.length;
  }

  async function run() {
    const turn = ++asked, query = question(), text = box.value;
    clearTips();
    list.replaceChildren();
    more.hidden = csv.hidden = count.hidden = true;
    document.title = text ? `${text} – ${root.dataset.title}` : root.dataset.title;
    if (!text.trim()) { say('', ''); state.textContent = ''; suggest('', 0); return; }
    say('busy', text);
    state.textContent = word('Busy');
    try {
      const search = await open();
      showChosen(search);
      let limit = 4;                                             // steps of prose that are read unasked
      const result = await search.find(query, () => turn === asked && --limit > 0);
      if (turn !== asked) return;
      shown = { order: await search.order(result, form.elements.sort.value), n: 0 };
      await show(search, result, query.in, turn, PAGE);
      if (turn !== asked) return;
      const total = shown.order.length;
      state.textContent = (result.partial ? word('AtLeast') : total === 1 ? word('One') : total ? word('Many') : word('None')).replace('#', figure(total));
      count.hidden = !result.partial;
      csv.hidden = total === 0;
      csv.textContent = (total > CSV_MOST ? word('CsvFirst') : word('Csv')).replace('#', figure(Math.min(total, CSV_MOST)));
      more.onclick = async () => {
        const first = list.children.length;
        await show(search, result, query.in, turn, 2 * PAGE);
        list.children[first]?.querySelector('a').focus();
      };
      count.onclick = () => everything(search, query, turn);
      csv.onclick = () => download(search);
      counts(search, query, turn);
      say('done', text, total);
      suggest(text, total, search);
    } catch (error) {
      if (turn !== asked) return;
      say('failed', text);
      state.textContent = location.protocol === 'file:' ? word('File') : word('Failed');
      throw error;
    }
  }

  /** Prose is long: the first hits are shown at once, all are counted if somebody wants it. */
  async function everything(search, query, turn) {
    count.hidden = true;
    const result = await search.find(query, (looked, of) => {
      state.textContent = word('Counting').replace('#', `${Math.floor((100 * looked) / of)} %`);
      return turn === asked;
    });
    if (turn !== asked) return;
    const before = shown.n;
    shown = { order: await search.order(result, form.elements.sort.value), n: 0 };
    list.replaceChildren();
    await show(search, result, query.in, turn, before);
    state.textContent = word('Many').replace('#', figure(shown.order.length));
    say('done', query.text, shown.order.length);
  }

  // ---- filters tell how many they would leave

  const panel = $('details');
  async function counts(search, query, turn) {
    const fill = async () => {
      for (const field of fields.filter(({ dataset }) => dataset.facet && dataset.counted !== undefined)) {
        const facets = { ...query.facets };
        delete facets[field.dataset.facet];
        const others = field.value ? (await search.find({ ...query, facets }, () => turn === asked)).docs : (await last(search, query)).docs;
        const n = await search.counts(field.dataset.facet, others);
        if (turn !== asked) return;
        for (const option of field.options) if (option.value) {
          option.textContent = `${option.dataset.label} (${figure(n.get(option.value) ?? 0)})`;
          option.disabled = !n.get(option.value) && option.value !== field.value;
        }
      }
    };
    panel.ontoggle = () => { if (panel.open) { panel.ontoggle = null; fill(); } };
    if (panel.open && query.in !== 'all') { panel.ontoggle = null; await fill(); }
  }
  const last = async (search, query) => search.find(query);

  // ---- the results as a table

  const guard = (cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);

  async function download(search) {
    const columns = ['project_id', 'project_code', 'name_th', 'name_en', 'fiscal_year_be', 'status', 'budget_total', 'division_name_th', 'ministry_code', 'province_code'];
    const lines = [columns.join(',')], docs = shown.order.slice(0, CSV_MOST);
    for (let at = 0; at < docs.length; at += 1000)
      for (const record of await search.records.get(docs.slice(at, at + 1000)))
        lines.push(columns.map((name) => quoted(guard([record[name]].flat().join(';')))).join(','));
    const url = URL.createObjectURL(new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv' }));
    element('a', { href: url, download: 'open-d.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // ---- suggestions

  const SHORT = { 'อบต': 'องค์การบริหารส่วนตำบล', 'อบจ': 'องค์การบริหารส่วนจังหวัด', 'อปท': 'องค์กรปกครองส่วนท้องถิ่น', 'สพฐ': 'สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน',
    'สพป': 'สำนักงานเขตพื้นที่การศึกษาประถมศึกษา', 'สพม': 'สำนักงานเขตพื้นที่การศึกษามัธยมศึกษา', 'รร': 'โรงเรียน', 'ร ร': 'โรงเรียน', 'รพ': 'โรงพยาบาล', 'ร พ': 'โรงพยาบาล',
    'รพ สต': 'โรงพยาบาลส่งเสริมสุขภาพตำบล', 'สสจ': 'สำนักงานสาธารณสุขจังหวัด', 'คสล': 'คอนกรีตเสริมเหล็ก', 'ทล': 'กรมทางหลวง', 'ทช': 'กรมทางหลวงชนบท', 'กทม': 'กรุงเทพมหานคร',
    'สศช': 'สำนักงานสภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ', 'อสม': 'อาสาสมัครสาธารณสุขประจำหมู่บ้าน', 'ศพด': 'ศูนย์พัฒนาเด็กเล็ก', 'มทร': 'มหาวิทยาลัยเทคโนโลยีราชมงคล',
    'มรภ': 'มหาวิทยาลัยราชภัฏ', 'จ': 'จังหวัด', 'อ': 'อำเภอ', 'ต': 'ตำบล' };
  // The same keys on an English and on a Thai (Kedmanee) keyboard.
  const KEYS = ['1234567890-=qwertyuiop[]\\asdfghjkl;\'zxcvbnm,./!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
    'ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'].map((keys) => [...keys]);
  const retyped = (typed, from, to) => [...typed].map((char) => { const i = KEYS[from].indexOf(char); return i < 0 ? char : KEYS[to][i]; }).join('');
  const toneless = (plain) => plain.replace(/[\u0e47-\u0e4c]/g, '');

  function clearTips() { tips.replaceChildren(); tips.hidden = true; }

  function tip(text, change) {
    const link = element('a', { href: '#' }, text);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      change();
      go();
    });
    const before = [box.value, ...fields.map((field) => field.value)];
    change();
    link.href = address();
    [box.value] = before;
    fields.forEach((field, i) => { field.value = before[i + 1]; });
    tips.append(element('li', {}, link));
    tips.hidden = false;
  }

  /** Agencies, places and plans whose names hold what was typed, with or without its tone marks. */
  function entities(search, plain) {
    const kinds = [['units', (key) => (key.length > 2 ? 'department' : 'ministry')], ['provinces', () => 'province'], ['plans', () => 'plan']];
    const bare = toneless(plain), out = [];
    if (bare.length < 2) return out;
    // Made once: the lists do not change.
    search.bare ??= Object.fromEntries(Object.entries(search.words).map(([words, rows]) =>
      [words, rows.map((row) => row.slice(1).map((name) => toneless(normal(name))))]));
    for (const [words, kind] of kinds) {
      const found = search.words[words].map((row, i) => {
        const names = search.bare[words][i];
        const at = Math.min(...names.map((name) => (name.indexOf(bare) + 1 || 1e6)));
        return { row, at, exact: names.includes(bare), words, kind: kind(row[0]) };
      }).filter(({ at }) => at < 1e6);
      found.sort((a, b) => b.exact - a.exact || a.at - b.at || a.row[1].length - b.row[1].length);
      out.push(...found.slice(0, 3));
    }
    return out;
  }

  function suggest(typed, total, search) {
    clearTips();
    const plain = normal(typed);
    if (!plain || !search) return;
    const instead = (text) => tip(word('Instead').replace('#', text), () => { box.value = text; });
    const spelt = plain.split(' ').map((part) => SHORT[part] ?? part).join(' ');
    if (SHORT[plain]) instead(SHORT[plain]);
    else if (spelt !== plain && spelt.length > 3) instead(spelt);
    if (!total && /[!-~]/.test(typed) && !/[ก-๛]/.test(typed)) instead(retyped(typed, 0, 1));
    if (!total && /[ก-๛]/.test(typed) && /^[a-z0-9 ]+$/i.test(retyped(typed, 1, 0))) instead(retyped(typed, 1, 0).trim());
    const year = plain.match(/^(?:พ ศ |ค ศ |ปี ?)*(\d{4})$/)?.[1];
    const be = year && (year < 2400 ? Number(year) + 543 : Number(year));
    const years = form.elements.year;
    if (be && [...years.options].some((option) => option.value === String(be)))
      tip(word('Only').replace('#', label('year', String(be))), () => { years.value = String(be); box.value = 'โครงการ'; });
    if (be && total < 10) instead(String(Number(year) < 2400 ? be : be - 543));
    // With nothing found, a word of several may be the one that is misspelt.
    const parts = total || !plain.includes(' ') ? [plain] : plain.split(' ').filter((part) => part.length > 2);
    for (const { row, words, kind } of parts.flatMap((part) => entities(search, part)).slice(0, 8)) {
      const name = thai || words === 'plans' ? row[1 + (words === 'plans')] : row[2] || row[1];
      const field = form.elements[kind];
      tip(`${word(`Kind${kind}`)}: ${name}`, () => { if (field) field.value = row[0]; if (toneless(normal(row[1 + (words === 'plans')])) !== '') box.value = row[1 + (words === 'plans')]; });
    }
  }

  let pause;
  box.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(async () => {
      const typed = box.value;
      const search = await open().catch(() => null);
      if (search && typed === box.value && state.dataset.searchQuery !== typed) suggest(typed, 1, search);
    }, 250);
  });
  box.addEventListener('focus', () => { open().catch(() => {}); }, { once: true });

  // ---- going there and back

  function go() {
    clearTimeout(pause);
    const to = address();
    if (to !== location.search && location.protocol !== 'file:') history.pushState(null, '', to === '?' ? location.pathname : to);
    run();
  }

  form.addEventListener('submit', (event) => { event.preventDefault(); go(); });
  for (const field of fields) if (field.type !== 'hidden') field.addEventListener('change', () => { if (box.value.trim()) go(); });
  window.addEventListener('popstate', () => { fromAddress(); run(); });
  for (const field of fields) for (const option of field.options ?? []) option.dataset.label ??= option.textContent;
  root.hidden = false;
  document.querySelector('[data-no-search]')?.setAttribute('hidden', '');
  fromAddress();
  open().catch(() => {});
  if (box.value) run();
}());
