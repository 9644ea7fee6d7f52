// Short lists kept in this browser, the newest first.
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return []; // it is not allowed here
  }
}

export function keep(key, value, most) {
  const values = [value, ...kept(key).filter((each) => each !== value)];
  try {
    localStorage.setItem(key, JSON.stringify(values.slice(0, most)));
  } catch {}
}
