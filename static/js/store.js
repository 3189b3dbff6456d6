// The outbox on disk: one IndexedDB store. Its automatic key is the order in which messages were
// written, the same for all tabs, whatever the clock says. Where the disk can't be used (private
// windows, a full disk, cleared site data) items are kept in memory for as long as the tab lives.

const STORE = "outbox";
const FIRST_IN_MEMORY = Number.MAX_SAFE_INTEGER / 2;

function openDatabase() {
  return new Promise((resolve) => {
    const without = () => resolve(null);
    try {
      const request = indexedDB.open("paperplane", 1);
      request.onupgradeneeded = () => {
        const options = { keyPath: "order", autoIncrement: true };
        request.result.createObjectStore(STORE, options).createIndex("me", "me");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = without;
      request.onblocked = without;
    } catch {
      without();
    }
  });
}

/** Items by the order they were added in; every item has `me`, the account that wrote it. */
export class Store {
  #database = openDatabase();
  #memory = new Map();
  #next = FIRST_IN_MEMORY;

  async #onDisk(mode, work) {
    const database = await this.#database;
    if (!database) throw new Error("no IndexedDB");
    return new Promise((resolve, reject) => {
      const options = mode === "readwrite" ? { durability: "strict" } : {};
      const transaction = database.transaction(STORE, mode, options);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /**
   * @param {object} item without `order`
   * @returns {Promise<number>} its order, once it is on disk
   */
  async add(item) {
    try {
      return await this.#onDisk("readwrite", (store) => store.add(item));
    } catch {
      this.#next += 1;
      this.#memory.set(this.#next, { ...item, order: this.#next });
      return this.#next;
    }
  }

  /** @param {object} item replaces the one with its `order` */
  async put(item) {
    if (item.order > FIRST_IN_MEMORY) this.#memory.set(item.order, item);
    else await this.#onDisk("readwrite", (store) => store.put(item)).catch(() => {});
  }

  /** @param {number} order */
  async remove(order) {
    if (order > FIRST_IN_MEMORY) this.#memory.delete(order);
    else await this.#onDisk("readwrite", (store) => store.delete(order)).catch(() => {});
  }

  /**
   * @param {string} me
   * @returns {Promise<object[]>} the account's items, in order
   */
  async list(me) {
    const read = (store) => store.index("me").getAll(me);
    const onDisk = await this.#onDisk("readonly", read).catch(() => []);
    return onDisk.concat([...this.#memory.values()].filter((item) => item.me === me));
  }
}
