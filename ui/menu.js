// A link of the menu leads to its page without a query. Streamlit keeps the query when that page is the one that is open, so
// that a click on "Knowledge" while a document is open would change nothing: the address is changed first, as by the browser.

const LINKS = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink"].map((name) => `[data-testid="${name}"]`).join(", ");

function follow(event) {
  const link = event.target.closest?.(LINKS);
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || link.pathname !== location.pathname || !location.search) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  history.pushState(null, "", link.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
  setTimeout(() => link.click()); // what else a click does: it closes the menu of a phone
}

export default function () {
  document.addEventListener("click", follow, true);
  return () => document.removeEventListener("click", follow, true);
}
