// Says what a form would find as it is filled in: data-count is where to ask, the words come back ready.
const PAUSE = 300; // ms

export default (form) => {
  const words = document.getElementById(form.dataset.says);
  let timer;
  let latest = 0;
  const ask = async () => {
    const turn = ++latest;
    const said = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
    const response = await fetch(`${form.dataset.count}?${said}`).catch(() => null); // away for a moment
    if (turn === latest && response?.ok) words.textContent = await response.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
};
