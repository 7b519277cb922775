// The keyboard goes on at what the last mark names, once its button is gone: on a slow machine a while after this comes.
// Who types in the screenplay goes on there, though its box is gone for a while too.
const named = [...document.querySelectorAll("[data-attend]")].pop()?.dataset.attend;
const take = (left) => {
  const free = document.activeElement === document.body && !window.drafting?.live.inside;
  const at = named && free && document.querySelector(named);
  if (at) at.focus();
  else if (left) setTimeout(take, 100, left - 1);
};
if (matchMedia("(pointer: fine)").matches) setTimeout(take, 0, 30);
