// The map as a table: a row each, sorted and cut to pages by the server; a name picks its component. Whatever it says is text.

const UNSEEN = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{e0100}-\u{e01ef}]/gu;
const seen = (text) => String(text).replace(UNSEEN, (sign) => (sign === "\u200d" ? sign : `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`));

export default function ({ data, parentElement, setTriggerValue }) {
  const body = JSON.stringify(data);
  if (parentElement.drawn === body) return;
  parentElement.drawn = body;
  const focused = parentElement.table?.querySelector(":focus")?.dataset.key;
  const table = element("table", { className: "twin" });
  table.setAttribute("aria-label", data.label);
  table.append(head(data, setTriggerValue), rows(data, setTriggerValue));
  if (parentElement.table) parentElement.table.replaceWith(table);
  else parentElement.append(table);
  parentElement.table = table;
  if (focused) [...table.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
}

function head({ columns, sort }, tell) {
  const row = element("tr");
  for (const [name, key] of columns) {
    const cell = element("th");
    cell.scope = "col";
    if (key) cell.append(sorter(name, key, sort, tell));
    else cell.textContent = name;
    if (key === sort) cell.setAttribute("aria-sort", "ascending");
    row.append(cell);
  }
  const part = element("thead");
  part.append(row);
  return part;
}

function sorter(name, key, sort, tell) {
  const button = element("button", { type: "button", textContent: key === sort ? `${name} ▾` : name, title: `Sort by ${name.toLowerCase()}` });
  button.dataset.key = `sort:${key}`;
  button.addEventListener("click", () => tell("sorted", key));
  return button;
}

function rows({ rows: models, columns, selected }, tell) {
  const part = element("tbody");
  for (const [id, ...cells] of models) {
    const row = element("tr");
    if (id === selected) row.setAttribute("aria-current", "true");
    const first = element("th");
    first.scope = "row";
    const button = element("button", { type: "button", textContent: seen(id) });
    button.dataset.key = `pick:${id}`;
    button.addEventListener("click", () => tell("picked", id));
    first.append(button);
    row.append(first, ...cells.map((text, index) => cell(text, columns[index + 1][0])));
    part.append(row);
  }
  return part;
}

function cell(text, column) {
  const made = element("td", { textContent: seen(text) });
  made.dataset.column = column;
  return made;
}

const element = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
