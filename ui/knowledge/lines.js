// Numbered lines: whatever they say is text, and signs that nobody sees are shown.

const TAGS = { cited: "mark", added: "ins", removed: "del" };

const UNSEEN = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{e0100}-\u{e01ef}]/gu;

const seen = (text) => text.replace(UNSEEN, (sign) => (sign === "\u200d" ? sign : `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`));

export default function ({ data, parentElement }) {
  const body = JSON.stringify(data);
  if (parentElement.drawn === body) return;
  parentElement.drawn = body;
  const box = document.createElement("div");
  box.className = "lines";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.label);
  const widest = Math.max(...data.rows.map(([number]) => String(number ?? "").length), 2);
  box.style.setProperty("--gutter", `${widest + 1}ch`);
  for (const [number, text, look] of data.rows) {
    const line = document.createElement(TAGS[look] ?? "div");
    line.dataset.number = number ?? "";
    line.dataset.look = look;
    const words = document.createElement("span");
    words.textContent = seen(text);
    line.append(words);
    box.append(line);
  }
  parentElement.box?.remove(); // the parent may be a shadow root, in which :scope finds nothing
  parentElement.box = box;
  parentElement.append(box);
  const cited = box.querySelector('[data-look="cited"]');
  if (cited) requestAnimationFrame(() => (box.scrollTop = Math.max(0, cited.offsetTop - 90)));
}
