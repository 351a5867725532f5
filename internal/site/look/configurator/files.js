/* Files in memory, as Go's wasm_exec.js wants them of Node's fs. Nothing leaves the page. */

/** What files are opened by; the numbers are Linux's, which Go's program takes from here. */
const constants = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536 };

const DIRECTORY = 0o40755;
const FILE = 0o100644;

/** @param {string} code */
const failure = (code) => Object.assign(new Error(code), { code });

/**
 * @typedef {{ bytes: Uint8Array, size: number }} File
 * @typedef {{ path: string, file: File | null, flags: number, at: number }} Open
 */

/**
 * A folder tree for one run of the program.
 *
 * @param {Record<string, string | Uint8Array>} given files by their path, below `home`
 * @param {string} home
 */
export function memory(given, home) {
  /** @type {Map<string, File | null>} null is a folder */
  const tree = new Map([
    ['/', null],
    ['/tmp', null],
  ]);
  /** @type {Map<number, Open>} */
  const open = new Map();
  const printed = { 1: /** @type {Uint8Array[]} */ ([]), 2: /** @type {Uint8Array[]} */ ([]) };
  let next = 10;

  /** The whole path, without "." and "..". @param {string} path */
  const whole = (path) => {
    const parts = [];
    for (const part of (path.startsWith('/') ? path : `${home}/${path}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  };
  /** @param {string} path */
  const folderOf = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
  /** @param {string} path */
  const make = (path) => {
    if (path === '/' || tree.has(path)) return;
    make(folderOf(path));
    tree.set(path, null);
  };
  make(home);
  for (const [name, content] of Object.entries(given)) {
    const path = whole(name);
    make(folderOf(path));
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    tree.set(path, { bytes, size: bytes.length });
  }

  /** @param {string} path */
  const children = (path) => {
    const below = path === '/' ? '/' : `${path}/`;
    return [...tree.keys()].filter((p) => p !== '/' && p.startsWith(below) && !p.slice(below.length).includes('/')).map((p) => p.slice(below.length));
  };
  /** @param {string} path */
  const found = (path) => {
    const file = tree.get(path);
    if (file === undefined) throw failure('ENOENT');
    return file;
  };
  /** @param {File | null} file */
  const stat = (file) => ({
    dev: 0,
    ino: 0,
    mode: file ? FILE : DIRECTORY,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: file?.size ?? 0,
    blksize: 4096,
    blocks: 0,
    atimeMs: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    isDirectory: () => !file,
  });
  /** @param {File} file @param {number} size */
  const resize = (file, size) => {
    if (size > file.bytes.length) {
      const larger = new Uint8Array(Math.max(size, file.bytes.length * 2));
      larger.set(file.bytes.subarray(0, file.size));
      file.bytes = larger;
    }
    file.size = size;
  };
  /** @param {number} fd */
  const opened = (fd) => {
    const o = open.get(fd);
    if (!o) throw failure('EBADF');
    return o;
  };

  /** Each takes what Node's takes, less the callback, and returns what the callback gets. */
  const calls = {
    open(/** @type {string} */ name, /** @type {number} */ flags) {
      const path = whole(name);
      let file = tree.get(path);
      if (file === undefined) {
        if (!(flags & constants.O_CREAT)) throw failure('ENOENT');
        if (tree.get(folderOf(path)) === undefined) throw failure('ENOENT');
        tree.set(path, (file = { bytes: new Uint8Array(256), size: 0 }));
      } else if (flags & constants.O_CREAT && flags & constants.O_EXCL) throw failure('EEXIST');
      else if (file && flags & constants.O_DIRECTORY) throw failure('ENOTDIR');
      if (file && flags & constants.O_TRUNC) file.size = 0;
      open.set(++next, { path, file, flags, at: 0 });
      return next;
    },
    close(/** @type {number} */ fd) {
      open.delete(fd);
    },
    read(
      /** @type {number} */ fd,
      /** @type {Uint8Array} */ buffer,
      /** @type {number} */ offset,
      /** @type {number} */ length,
      /** @type {number | null} */ position,
    ) {
      if (fd === 0) return 0;
      const o = opened(fd);
      if (!o.file) throw failure('EISDIR');
      const from = position ?? o.at;
      const part = o.file.bytes.subarray(from, Math.min(from + length, o.file.size));
      buffer.set(part, offset);
      if (position === null) o.at += part.length;
      return part.length;
    },
    write(
      /** @type {number} */ fd,
      /** @type {Uint8Array} */ buffer,
      /** @type {number} */ offset,
      /** @type {number} */ length,
      /** @type {number | null} */ position,
    ) {
      const part = buffer.subarray(offset, offset + length);
      if (fd === 1 || fd === 2) {
        printed[fd].push(part.slice());
        return length;
      }
      const o = opened(fd);
      if (!o.file) throw failure('EISDIR');
      const at = position ?? (o.flags & constants.O_APPEND ? o.file.size : o.at);
      if (at + length > o.file.size) resize(o.file, at + length);
      o.file.bytes.set(part, at);
      if (position === null) o.at = at + length;
      return length;
    },
    fstat: (/** @type {number} */ fd) => stat(fd < 3 ? { bytes: new Uint8Array(0), size: 0 } : opened(fd).file),
    stat: (/** @type {string} */ path) => stat(found(whole(path))),
    lstat: (/** @type {string} */ path) => stat(found(whole(path))),
    mkdir(/** @type {string} */ name) {
      const path = whole(name);
      if (tree.has(path)) throw failure('EEXIST');
      if (tree.get(folderOf(path)) === undefined) throw failure('ENOENT');
      tree.set(path, null);
    },
    readdir(/** @type {string} */ path) {
      if (found(whole(path))) throw failure('ENOTDIR');
      return children(whole(path));
    },
    unlink(/** @type {string} */ path) {
      if (!found(whole(path))) throw failure('EISDIR');
      tree.delete(whole(path));
    },
    rmdir(/** @type {string} */ path) {
      if (found(whole(path))) throw failure('ENOTDIR');
      if (children(whole(path)).length) throw failure('ENOTEMPTY');
      tree.delete(whole(path));
    },
    rename(/** @type {string} */ from, /** @type {string} */ to) {
      const [a, b] = [whole(from), whole(to)];
      found(a);
      for (const [path, file] of [...tree]) {
        if (path !== a && !path.startsWith(`${a}/`)) continue;
        tree.delete(path);
        tree.set(b + path.slice(a.length), file);
      }
    },
    truncate: (/** @type {string} */ path, /** @type {number} */ size) => resize(/** @type {File} */ (found(whole(path))), size),
    ftruncate: (/** @type {number} */ fd, /** @type {number} */ size) => resize(/** @type {File} */ (opened(fd).file), size),
    readlink() {
      throw failure('EINVAL');
    },
    link() {
      throw failure('ENOSYS');
    },
    symlink() {
      throw failure('ENOSYS');
    },
    chmod() {},
    fchmod() {},
    chown() {},
    fchown() {},
    lchown() {},
    fsync() {},
    utimes() {},
  };

  const fs = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      (/** @type {any[]} */ ...args) => {
        const done = args.pop();
        let result;
        try {
          result = /** @type {any} */ (call)(...args);
        } catch (error) {
          return done(error);
        }
        done(null, result);
      },
    ]),
  );
  return {
    fs: { ...fs, constants, writeSync: (/** @type {number} */ fd, /** @type {Uint8Array} */ buffer) => calls.write(fd, buffer, 0, buffer.length, null) },
    /** What was printed to standard output (1) or standard error (2). */
    printed: (/** @type {1 | 2} */ fd) => {
      const decoder = new TextDecoder();
      return printed[fd].map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
    },
    /** All files below a folder, by their path from there. @param {string} folder */
    files: (folder) => {
      const below = `${whole(folder)}/`;
      /** @type {Record<string, Uint8Array>} */
      const all = {};
      for (const [path, file] of tree) if (file && path.startsWith(below)) all[path.slice(below.length)] = file.bytes.slice(0, file.size);
      return all;
    },
  };
}
