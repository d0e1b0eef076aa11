// chromium.mjs - a release in a real browser, over Chromium's own pipe: no package is needed.
//   const site = await serve(DIR)           DIR on 127.0.0.1 with the headers of its csp.txt
//   const browser = await open()            a fresh profile
//   const tab = await browser.tab()         { go, run, until, type, key, click, heard, asked, close }
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml',
  '.xml': 'application/xml', '.csv': 'text/csv; charset=utf-8', '.txt': 'text/plain; charset=utf-8', '.ico': 'image/x-icon' };

export const serve = (dir) => new Promise((resolve) => {
  const policy = readFileSync(join(dir, 'csp.txt'), 'utf8').trim();
  const server = createServer((request, response) => {
    let path = join(dir, normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));
    if (existsSync(path) && statSync(path).isDirectory()) path = join(path, 'index.html');
    const found = existsSync(path);
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': policy });
    if (found) createReadStream(path).pipe(response); else response.end('no such page');
  });
  server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }));
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function open() {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const child = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const [, , , to, from] = child.stdio, waiting = new Map(), listeners = new Map();
  let number = 0, rest = '';

  from.setEncoding('utf8');
  from.on('data', (text) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop();
    for (const part of parts) {
      const message = JSON.parse(part), wait = waiting.get(message.id);
      if (wait) { waiting.delete(message.id); message.error ? wait.no(new Error(`${wait.method}: ${message.error.message}`)) : wait.yes(message.result); }
      else listeners.get(message.sessionId)?.(message.method, message.params);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((yes, no) => {
    waiting.set(++number, { yes, no, method });
    to.write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
  });

  const tab = async ({ script = true, width = 1000, hear = () => {} } = {}) => {
    const { browserContextId } = await send('Target.createBrowserContext');
    const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const ask = (method, params) => send(method, params, sessionId);
    let loaded = false;
    const me = { asked: [], heard: [] };

    listeners.set(sessionId, (method, params) => {
      if (method === 'Page.loadEventFired') loaded = true;
      else if (method === 'Network.requestWillBeSent') me.asked.push(params.request.url);
      else if (method === 'Log.entryAdded') me.heard.push(`${params.entry.text} ${params.entry.url ?? ''}`);
      else if (method === 'Runtime.exceptionThrown') me.heard.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      else if (method === 'Page.javascriptDialogOpening') { me.heard.push(`dialog: ${params.message}`); ask('Page.handleJavaScriptDialog', { accept: false }); }
      hear(method, params);
    });
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await ask(`${domain}.enable`);
    await ask('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
    if (!script) await ask('Emulation.setScriptExecutionDisabled', { value: true });

    // The value of an expression in the page.
    me.run = async (expression) => {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    me.until = async (expression, seconds = 15) => {
      for (let i = 0; i < seconds * 50; i++) {
        if (await me.run(expression).catch(() => false)) return;
        await pause(20);
      }
      throw new Error(`not within ${seconds} s: ${expression}`);
    };
    const settled = async () => { for (let i = 0; i < 1000 && !loaded; i++) await pause(5); };
    me.go = async (url) => { loaded = false; await ask('Page.navigate', { url }); await settled(); };
    me.back = async () => { await me.run('history.back()'); await pause(50); };
    me.before = (source) => ask('Page.addScriptToEvaluateOnNewDocument', { source });
    me.key = async (key, code = key) => {
      const text = key === 'Enter' ? '\r' : undefined, windowsVirtualKeyCode = { Enter: 13, Tab: 9 }[key];
      await ask('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', key, code, text, windowsVirtualKeyCode });
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key, code, windowsVirtualKeyCode });
    };
    me.type = async (selector, text) => { await me.run(`document.querySelector(${JSON.stringify(selector)}).focus()`); await ask('Input.insertText', { text }); };
    // A click of the mouse where the element stands; it must be the one that is hit.
    me.click = async (selector) => {
      const at = await me.run(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: 'center', behavior: 'instant' });
        const r = e.getClientRects()[0]; return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()`);
      for (const type of ['mousePressed', 'mouseReleased']) await ask('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
    };
    me.downloads = (path) => send('Browser.setDownloadBehavior', { behavior: 'allow', browserContextId, downloadPath: path });
    me.close = () => send('Target.disposeBrowserContext', { browserContextId }).catch(() => {});
    return me;
  };
  const close = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    await send('Browser.close').catch(() => {});
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { tab, close };
}
