// Somebody who looks at another tab sees who has to do something: in the title, on the icon, on the dock of the system.

import { h } from "./dom.js";

const MARKS = { waiting: "● Waiting for you: ", failed: "● Waiting for you: ", concluded: "✓ " };
const SIZE = 64;

export class Attention {
  /** `node`: where the theme's colours can be read. */
  constructor(node) {
    this.node = node;
    this.plain = "";
    this.marked = null;
    this.wanted = false;
  }

  update({ title, status }) {
    document.title = `${MARKS[status] ?? ""}${title}`;
    const wanted = status === "waiting" || status === "failed";
    this.badge(wanted);
    (wanted ? navigator.setAppBadge?.(1) : navigator.clearAppBadge?.())?.catch(() => {});
  }

  get link() {
    return document.querySelector('link[rel~="icon"]') ?? document.head.appendChild(h("link", { rel: "icon" }));
  }

  /** The page's own icon is kept and given back; Streamlit may set it anew at any time. */
  async badge(wanted) {
    this.wanted = wanted;
    const { link } = this;
    const isMarked = link.href === this.marked;
    if (!isMarked) this.plain = link.href;
    if (isMarked && !wanted) link.href = this.plain;
    if (isMarked || !wanted) return;
    const marked = await withDot(this.plain, getComputedStyle(this.node).getPropertyValue("--st-violet-color"));
    if (this.wanted) this.marked = this.link.href = marked;
  }

  destroy() {
    this.badge(false);
    navigator.clearAppBadge?.().catch(() => {});
  }
}

/** The icon with a dot on it, as a picture. */
async function withDot(address, colour) {
  const canvas = h("canvas", { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d");
  const icon = address ? await loaded(address) : null;
  if (icon) pen.drawImage(icon, 0, 0, SIZE, SIZE);
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(SIZE * 0.74, SIZE * 0.26, SIZE * 0.25, 0, 7);
  pen.fill();
  return canvas.toDataURL("image/png");
}

function loaded(address) {
  return new Promise((done) => {
    const picture = new Image();
    picture.onload = () => done(picture);
    picture.onerror = () => done(null);
    picture.src = address;
  });
}
