/**
 * The address of a file that only the build makes (a WebAssembly module, a worker's entry), given relative to the
 * source file that needs it. Run from `dist/` this is the file beside the caller; run from source, as tests do, it is
 * its counterpart in `dist/`, since Node 20 can't start a worker from TypeScript.
 */
export function builtUrl(importMetaUrl: string, relative: string): URL {
  const url = new URL(relative, importMetaUrl)
  if (importMetaUrl.endsWith('.ts')) url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/')
  return url
}
