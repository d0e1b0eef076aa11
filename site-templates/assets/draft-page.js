// draft-page.js - the page for drafts: a text, and the projects that it is most like. draft.js does the finding.
// The text stays in this browser: it is neither sent, nor kept, nor put in the address.
'use strict';
(function () {
  const root = document.querySelector('[data-draft]'), { odDraft, odFiles } = globalThis;
  if (!root || !odDraft || !odFiles) return;

  const $ = (selector) => root.querySelector(selector);
  const box = $('textarea'), list = $('[data-draft-results]'), state = $('[data-draft-state]'), button = $('button');
  const word = (name) => root.dataset[`word${name}`];
  const thai = document.documentElement.lang === 'th', portal = new URL(root.dataset.draft, location.href);
  const open = odFiles.opener(new URL('search/', portal), (search) => { search.finder = new odDraft.Finder(search); });

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function hit({ record, percent, phrases }) {
    const id = record.project_id, year = thai ? record.fiscal_year_be : `${record.fiscal_year_be - 543}`;
    const budget = Math.round(Number(record.budget_total)).toLocaleString(thai ? 'th-TH-u-nu-latn' : 'en-GB');
    return element('li', { 'data-project-id': id, 'data-percent': percent },
      element('a', { href: new URL(`p/${Math.floor(id / 1000)}/${id}.html`, portal).href, lang: 'th' }, record.name_th),
      element('p', { class: 'meta' }, element('strong', {}, word('Likeness').replace('#', percent)), ' · ',
        element('span', { lang: 'th' }, record.division_name_th), ` · ${word('Year')} ${year} · ${budget} ${word('Baht')}`),
      ...(phrases.length ? [element('p', { class: 'snippet' }, `${word('Shared')} `, ...phrases.flatMap((phrase, i) => [i ? ' · ' : '', element('q', { lang: 'th' }, phrase)]))] : []));
  }

  function say(what, text) {
    state.dataset.draftState = what;
    state.textContent = text;
  }

  let turn = 0;
  async function find() {
    const mine = ++turn;
    list.replaceChildren();
    if (!box.value.trim()) { say('', word('Empty')); box.focus(); return; }
    say('busy', word('Busy'));
    try {
      const hits = await (await open()).finder.find(box.value);
      if (mine !== turn) return;
      list.append(...hits.map(hit));
      say('done', hits.length ? word('Found').replace('#', hits.length) : word('None'));
    } catch (error) {
      if (mine !== turn) return;
      say('failed', location.protocol === 'file:' ? word('File') : word('Failed'));
      throw error;
    }
  }

  root.hidden = false;
  document.querySelector('[data-no-draft]').hidden = true;
  $('form').addEventListener('submit', (event) => { event.preventDefault(); find(); });
  box.addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); find(); } });
  button.disabled = false;
}());
