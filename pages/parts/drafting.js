// A screenplay that is typed and not kept yet, of this tab of the browser alone: written down at every key, given back after
// a reload, and taken along where the studio puts another box in the place of the one that is typed in.
const given = (window.draftsGivenBack ??= new Set()); // this file may be read again, the page is not
const begun = (window.draftsBegun ??= new Set()); // those the studio knows of: gone when it knows them no more
const bases = (window.draftsBases ??= new WeakMap()); // boxes, and the version that came in each
const live = (window.draftsLive ??= {}); // the box that is typed in, its text, and the version that was begun from
const PANE = ".st-key-pane-edit";
const BOX = `${PANE} textarea`;
const forget = () => Object.keys(live).forEach((key) => delete live[key]);

function type(box) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, live.text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

export default function ({ data, setTriggerValue }) {
  const place = `draft-${data.place}`;
  const write = (base, text) => sessionStorage.setItem(place, JSON.stringify({ base, text }));
  const typed = ({ target }) => {
    if (!target.matches?.(BOX)) return;
    const base = live.box === target ? live.base : bases.get(target);
    Object.assign(live, { box: target, base, text: target.value });
    write(base ?? data.base, target.value);
  };
  // Who has only put the cursor there goes on in the box that comes in its place.
  const entered = ({ target }) => {
    const here = Boolean(target.matches?.(BOX));
    if (here && live.box !== target) Object.assign(live, { box: target, base: bases.get(target), text: undefined });
    live.inside = here;
  };
  // Kept, a text goes on from the version that it becomes; given up, it does not go on.
  const pressed = ({ target }) => {
    if (target.closest?.(":is(.st-key-keep, .st-key-keep-mine) button")) Object.assign(live, { base: undefined, text: undefined });
    else if (target.closest?.(":is(.st-key-undo, .st-key-take-newest) button")) forget();
  };
  const look = () => {
    const box = document.querySelector(BOX);
    if (!box && !document.querySelector(PANE)) return forget();
    if (!box || !live.box || live.box.isConnected) return;
    const { selectionStart, selectionEnd, value } = live.box;
    const goesOn = live.inside || live.text !== undefined;
    const atEnd = selectionStart === value.length;
    if (live.text === undefined) forget();
    else live.box = box;
    if (live.text !== undefined && box.value !== live.text) type(box);
    if (goesOn && document.activeElement === document.body) box.focus();
    if (atEnd) box.setSelectionRange(box.value.length, box.value.length);
    else box.setSelectionRange(selectionStart, selectionEnd);
  };
  look();
  const box = document.querySelector(BOX);
  if (box && (box !== live.box || live.text === undefined)) bases.set(box, data.base);
  if (box === live.box && live.text === undefined) live.base = data.base;
  if (live.text !== undefined) {
    live.base ??= data.base;
    if (live.base !== data.base) setTriggerValue("left", JSON.stringify({ base: live.base, text: live.text }));
  }
  if (!given.has(place)) {
    given.add(place);
    const left = sessionStorage.getItem(place);
    if (left && !data.typed) setTriggerValue("left", left);
  }
  if (data.typed) begun.add(place);
  else if (begun.delete(place)) sessionStorage.removeItem(place);
  document.addEventListener("input", typed, true);
  document.addEventListener("focusin", entered, true);
  document.addEventListener("click", pressed, true);
  const seen = new MutationObserver(look);
  seen.observe(document.body, { subtree: true, childList: true });
  return () => {
    seen.disconnect();
    document.removeEventListener("input", typed, true);
    document.removeEventListener("focusin", entered, true);
    document.removeEventListener("click", pressed, true);
  };
}
