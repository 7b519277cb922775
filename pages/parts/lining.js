// Line numbers beside the screenplay's box, marks on lines something was found on, and the way to such a line.
// A sheet of the same words lies over the box, unseen, one block for each line: a long line is as high there as in the box.
const PAUSE = 900; // milliseconds without a key, after which the text is looked at
const box = () => document.querySelector(".st-key-pane-edit textarea");

function sheet(area) {
  const known = area.parentElement.querySelector(".ts-lines");
  if (known) return known.firstChild;
  const made = document.createElement("div");
  made.className = "ts-lines";
  made.ariaHidden = "true";
  made.append(document.createElement("div"));
  const { font, letterSpacing, padding } = getComputedStyle(area);
  Object.assign(made.firstChild.style, { font, letterSpacing, padding });
  area.parentElement.append(made);
  return made.firstChild;
}

function draw(marked) {
  const area = box();
  if (!area) return;
  const rows = sheet(area);
  const lines = area.value.split("\n");
  while (rows.childElementCount > lines.length) rows.lastChild.remove();
  while (rows.childElementCount < lines.length) rows.append(document.createElement("div"));
  [...rows.children].forEach((row, at) => {
    const text = lines[at] || "\u200b"; // an empty block would have no height
    if (row.textContent !== text) row.textContent = text;
    const mark = marked[at + 1] ?? "";
    if (row.className !== mark) row.className = mark;
  });
  // To the fraction of a pixel: a word that just fits here and not there would move every number below it.
  const width = area.getBoundingClientRect().width - (area.offsetWidth - area.clientWidth);
  rows.style.width = `${width}px`;
  rows.style.transform = `translateY(${-area.scrollTop}px)`;
}

function jump(line) {
  const area = box();
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = (sheet(area).children[line - 1]?.offsetTop ?? 0) - area.clientHeight / 3;
  area.scrollIntoView({ block: "nearest" });
}

export default function ({ data }) {
  let pause = 0;
  const marked = Object.fromEntries(data.marked);
  const again = () => draw(marked);
  // What the box does at Ctrl+Enter: it tells the studio its text.
  const tell = () =>
    box()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
  const typed = (event) => {
    if (event.target !== box()) return;
    again();
    clearTimeout(pause);
    if (!event.isComposing) pause = setTimeout(tell, PAUSE);
  };
  const scrolled = (event) => event.target === box() && again();
  const chosen = (event) => {
    const line = event.target.closest?.(".st-key-pane-edit [data-line]")?.dataset.line;
    if (line) jump(Number(line));
  };
  // The box may come after this, its text after the box, and another box in its place.
  const sized = new ResizeObserver(again);
  let numbered, text;
  const found = () => {
    const area = box();
    if (!area || (area === numbered && area.value === text)) return;
    if (area !== numbered) sized.observe(area);
    [numbered, text] = [area, area.value];
    again();
  };
  const come = new MutationObserver(found);
  document.addEventListener("input", typed, true);
  document.addEventListener("scroll", scrolled, true);
  document.addEventListener("click", chosen);
  come.observe(document.body, { subtree: true, childList: true });
  found();
  return () => {
    clearTimeout(pause);
    come.disconnect();
    sized.disconnect();
    document.removeEventListener("input", typed, true);
    document.removeEventListener("scroll", scrolled, true);
    document.removeEventListener("click", chosen);
  };
}
