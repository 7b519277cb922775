// A screenplay that is typed and not kept yet, of this tab of the browser alone: written down at every key, given back after
// a reload.
const given = (window.draftsGivenBack ??= new Set()); // this file may be read again, the page is not
const begun = (window.draftsBegun ??= new Set()); // those the studio knows of: gone when it knows them no more

export default function ({ data, setTriggerValue }) {
  const place = `draft-${data.place}`;
  if (!given.has(place)) {
    given.add(place);
    const left = sessionStorage.getItem(place);
    if (left && !data.typed) setTriggerValue("left", left);
  }
  if (data.typed) begun.add(place);
  else if (begun.delete(place)) sessionStorage.removeItem(place);
  const write = (event) => {
    if (event.target !== document.querySelector(".st-key-pane-edit textarea")) return;
    sessionStorage.setItem(place, JSON.stringify({ base: data.base, text: event.target.value }));
  };
  document.addEventListener("input", write, true);
  return () => document.removeEventListener("input", write, true);
}
