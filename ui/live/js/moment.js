// What came over the stream, kept: any moment of the trace is made from it at once, without asking the server.

export class History {
  constructor() {
    this.marks = [];
    this.versions = new Map();
    this.state = {};
    this.caughtUp = false;
  }

  /** seq of the newest event. */
  get last() {
    return this.marks.length;
  }

  take({ events, state }) {
    for (const event of events) this.note(event);
    Object.assign(this.state, state);
    if (Object.keys(state).length) this.caughtUp = true;
  }

  note({ seq, at, kind, what, cards }) {
    this.marks[seq - 1] = { seq, at: new Date(at).getTime(), kind, what, about: about(cards), ids: cards.map((card) => card.id) };
    for (const card of cards) {
      const known = this.versions.get(card.id);
      if (known) known.push([seq, card]);
      else this.versions.set(card.id, [[seq, card]]);
    }
  }

  mark(seq) {
    return this.marks[seq - 1];
  }

  /** The cards that stood after this event, in their order, each as it was then: `[model, seq of its first]`. */
  cardsAt(seq) {
    const standing = [];
    for (const known of this.versions.values()) {
      const [first] = known[0];
      if (first <= seq) standing.push([version(known, seq), first]);
    }
    return standing;
  }
}

/** The last version up to this event. */
function version(known, seq) {
  let low = 0;
  let high = known.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (known[middle][0] <= seq) low = middle;
    else high = middle - 1;
  }
  return known[low][1];
}

/** "Read logs · cart", where the event is about a card that says so. */
function about(cards) {
  const card = cards.findLast(({ kind }) => kind === "action") ?? cards.at(-1);
  return card?.kind === "action" ? [card.title, card.subject].filter(Boolean).join(" · ") : "";
}

const MOST_KEPT = 300;

/** What stood beside the trace at a moment: asked for once, for the past does not change. */
export class Sections {
  /** `fetchText`: asks the server. */
  constructor(fetchText) {
    this.fetchText = fetchText;
    this.kept = new Map();
  }

  async at(seq) {
    const known = this.kept.get(seq);
    if (known) return known;
    const { state } = JSON.parse(await this.fetchText(seq));
    this.kept.set(seq, state);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
    return state;
  }
}
