// Talking to the server: one event stream in, decisions out, and what is too big to stream fetched when asked for.

export class Talk {
  constructor({ investigation, token, root }) {
    this.investigation = investigation;
    this.token = token;
    this.root = root;
  }

  url(what, query = {}) {
    const url = new URL(`${this.root}api/${what}`, document.baseURI);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  async ask(what, options = {}) {
    let answer;
    try {
      answer = await fetch(this.url(what), {
        ...options,
        headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      });
    } catch {
      throw new Error("The workbench cannot be reached. Nothing was recorded; try again.");
    }
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(said.error ?? `The workbench answered ${answer.status}.`), { status: answer.status });
  }

  /** Record what the person decided; throws an Error whose message is a sentence for them. */
  async decide(happening) {
    return (await this.ask(`decide/${this.investigation}`, { method: "POST", body: JSON.stringify(happening) })).json();
  }

  /** Begin another investigation with the same events up to `at`: {investigation_id}. */
  async fork(wanted) {
    return (await this.ask(`fork/${this.investigation}`, { method: "POST", body: JSON.stringify(wanted) })).json();
  }

  async text(what) {
    return (await this.ask(what)).text();
  }
}

/** Follow the stream from `last`; comes back by itself after whatever breaks it. */
export class Stream {
  constructor(talk, { onMessage, onDraft, onLink, onRefused }) {
    Object.assign(this, { talk, onMessage, onDraft, onLink, onRefused, last: 0, held: [], closed: false, source: null, timer: null });
    this.open();
  }

  open() {
    const { investigation, token } = this.talk;
    this.source = new EventSource(this.talk.url(`stream/${investigation}`, { since: this.last, token }));
    this.source.onopen = () => this.onLink(true);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.addEventListener("draft", (event) => this.onDraft(JSON.parse(event.data)));
    this.source.addEventListener("token", (event) => (this.talk.token = event.data));
    this.source.onerror = () => this.broken();
  }

  take(message) {
    message.events = message.events.filter((event) => event.seq > this.last);
    this.last = Math.max(this.last, message.last);
    this.held.push(...message.events);
    if (message.more) return; // a long past comes in parts, and is drawn at once
    this.onMessage({ ...message, events: this.held.splice(0) });
  }

  /** A refused connection retries by itself; an HTTP error closes for good, so we open a new one. */
  broken() {
    this.onLink(false);
    if (this.source.readyState !== EventSource.CLOSED || this.closed || this.timer) return;
    this.onRefused();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.closed) this.open();
    }, 1000);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.source.close();
  }
}
