// No circle between rooms: each folder can be read, moved or handed over by itself. Tests may build worlds out of any room
// (testing/ needs the product, and the product's tests need testing/), so they are left out here; files are checked with them.
const { options } = require("./.dependency-cruiser.cjs");

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles-between-rooms",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    ...options,
    exclude: {
      path: [options.exclude.path, "\\.(test|integration|full|walk|fixture|cases|grammar)\\.tsx?$"],
    },
  },
};
