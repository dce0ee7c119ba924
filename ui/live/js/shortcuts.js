// Keys that lead somewhere: one listener for the whole page, and whoever has something to reach offers keys for it.
// A key never does what cannot be taken back. None is heard while somebody types, in a dialog, or with Ctrl, Alt or Meta.

const PAUSE = 1200;
const KEPT = "sre-keys-off";
const TYPED_INTO = 'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable="true"], [role="textbox"], [role="combobox"]';
const TAKES_LETTERS = `${TYPED_INTO}, [role="listbox"], [role="menu"], [role="dialog"], dialog`;

const groups = new Map();
let begun = "";
let timer = 0;

/**
 * Offer keys under a heading of the list: `[{ keys: "g r", text: "Go to the report", act }]`. `keys` are single keys, or one after
 * another with a space between them; `act` may return false: there was nothing to go to. Returns how to take them back.
 */
export function offer(heading, keys) {
  groups.set(heading, keys);
  return () => groups.get(heading) === keys && groups.delete(heading);
}

/** All that is offered, `[heading, keys]` each, the whole page's first. */
export const offered = () => [...groups];

export const areOn = () => localStorage.getItem(KEPT) === null;

export function turn(on) {
  if (on) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, "yes");
}

/** Where the key was pressed, inside whatever shadow. */
const under = (event, selector) => event.composedPath().some((node) => node.matches?.(selector));

function heard(event) {
  if (!areOn() || event.defaultPrevented || event.isComposing || event.repeat && begun) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (under(event, TAKES_LETTERS)) return;
  const pressed = begun ? `${begun} ${event.key}` : event.key;
  clearTimeout(timer);
  begun = "";
  const all = [...groups.values()].flat();
  const meant = all.find(({ keys }) => keys === pressed);
  if (!meant && all.some(({ keys }) => keys.startsWith(`${pressed} `))) {
    begun = pressed;
    timer = setTimeout(() => (begun = ""), PAUSE);
  } else if (!meant || meant.act() === false) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // Streamlit has keys of its own: r runs the page again
}

/** Begin to listen; returns how to end it. */
export function listen() {
  addEventListener("keydown", heard, true);
  return () => removeEventListener("keydown", heard, true);
}
