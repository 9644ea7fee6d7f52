// What was searched for last, kept in this browser and sent nowhere.
const [KEY, KEPT] = ["searches", 5];

export function recent() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // it is not allowed here
  }
}

export function remember(words) {
  const searches = [words, ...recent().filter((each) => each !== words)];
  try {
    localStorage.setItem(KEY, JSON.stringify(searches.slice(0, KEPT)));
  } catch {}
}
