// Loaded before a command: from then on, opening a connection to the database ends as a mistake in our code would end it.
import pg from "pg";

pg.Client.prototype.connect = (callback) => {
  const mistake = new TypeError("a mistake in our code");
  if (!callback) return Promise.reject(mistake);
  setImmediate(callback, mistake);
};
