// What survives a reload of this tab, and ends with it: the sign-in, the draft, and what is not sent yet.

const PREFIX = "quartermaster.";
const memory = new Map(); // for browsers that refuse storage

export function load(name) {
  try {
    const text = sessionStorage.getItem(PREFIX + name);
    return text === null ? (memory.get(name) ?? null) : JSON.parse(text);
  } catch {
    return memory.get(name) ?? null;
  }
}

export function save(name, value) {
  memory.set(name, value);
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or refused: the copy in memory serves until the tab is closed.
  }
}

export function forget(name) {
  memory.delete(name);
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // See save.
  }
}
