// What is typed and not yet with the server, kept on this device for one person, sent one by one with patience.

import { csrf } from "./wire.js";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const KEPT = 30 * 24 * 60 * 60 * 1000;

export class Queue {
  constructor(owner) {
    this.key = `autosave:${owner}`;
    this.listeners = new Map();
    this.wait = FIRST_WAIT;
    this.sending = null;
    this.memory = [];
    window.addEventListener("online", () => {
      this.wait = FIRST_WAIT;
      this.send();
    });
  }

  all() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return kept.filter((entry) => Date.now() - entry.at < KEPT);
    } catch {
      return this.memory;
    }
  }

  /** Private windows and full disks refuse to keep; then the page itself remembers. */
  keep(entries) {
    this.memory = entries;
    try {
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      return;
    }
  }

  waiting(url) {
    return this.all().filter((entry) => entry.url === url);
  }

  clear() {
    this.keep([]);
  }

  listen(url, hear) {
    this.listeners.set(url, hear);
  }

  tell(entry, state, answer) {
    this.listeners.get(entry.url)?.({ state, question: entry.question, answer });
  }

  put(entry) {
    const others = this.all().filter((other) => other.url !== entry.url || other.question !== entry.question);
    this.keep([...others, { ...entry, at: Date.now() }]);
    this.send();
  }

  drop(entry) {
    this.keep(this.all().filter((other) => other.url !== entry.url || other.question !== entry.question || other.at !== entry.at));
  }

  /** The newer words for the same question must build upon the version that was just saved. */
  raise(entry, version) {
    if (version === undefined) return;
    this.keep(this.all().map((other) => (other.url === entry.url && other.question === entry.question ? { ...other, version } : other)));
  }

  send() {
    this.sending ??= this.sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }

  async sendAll() {
    let entry = this.all()[0];
    while (entry) {
      const goOn = await this.sendOne(entry);
      if (!goOn) return;
      entry = this.all()[0];
    }
  }

  async sendOne(entry) {
    let response;
    try {
      response = await fetch(entry.url, {
        method: "POST",
        keepalive: true,
        credentials: "same-origin",
        headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
        body: new URLSearchParams([["question", entry.question], ["version", entry.version], ...entry.pairs]),
      });
    } catch {
      return this.tryLater(entry, navigator.onLine ? "waiting" : "offline");
    }
    if (response.redirected || response.status === 401 || response.status === 403 || response.status === 400) return this.tryLater(entry, "signed_out");
    if (response.status >= 500 || response.status === 429) return this.tryLater(entry, "waiting");
    this.wait = FIRST_WAIT;
    return this.settle(entry, response.status, await response.json().catch(() => ({})));
  }

  settle(entry, status, answer) {
    this.drop(entry);
    if (status === 409) this.tell(entry, "conflict", answer);
    else if (status >= 400) this.tell(entry, "refused", answer);
    else {
      this.raise(entry, answer.version);
      this.tell(entry, "saved", answer);
    }
    return true;
  }

  tryLater(entry, state) {
    this.tell(entry, state, {});
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }
}
