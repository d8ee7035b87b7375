// The exported kernels: every generic function once in single and once in double precision. Memory is laid out by the caller.
import { radix2, radix3, radix4, radix5 } from './butterflies'
import { radix8 } from './radix8'
import { packRadix4 } from './pack-radix4'
import { radixOdd } from './radix-odd'
import { packMatrix, shiftTwiddles, twiddleTranspose, unpackMatrix } from './matrix'
import { packBatch, unpackBatch } from './batch'
import { joinSpectrum, mirrorConjugate, splitSpectrum, truncateRows, unpackSpectrum } from './real'
import { chirpIn, chirpOut, filterRows } from './chirp'

export function radix2_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix2<f32>(source, target, m, stride, rowBytes, twiddles)
}

export function radix2_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix2<f64>(source, target, m, stride, rowBytes, twiddles)
}

export function radix3_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix3<f32>(source, target, m, stride, rowBytes, twiddles)
}

export function radix3_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix3<f64>(source, target, m, stride, rowBytes, twiddles)
}

export function radix4_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix4<f32>(source, target, m, stride, rowBytes, twiddles)
}

export function radix4_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix4<f64>(source, target, m, stride, rowBytes, twiddles)
}

export function radix5_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix5<f32>(source, target, m, stride, rowBytes, twiddles)
}

export function radix5_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix5<f64>(source, target, m, stride, rowBytes, twiddles)
}

export function radix8_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix8<f32>(source, target, m, stride, rowBytes, twiddles)
}

export function radix8_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
): void {
  radix8<f64>(source, target, m, stride, rowBytes, twiddles)
}

export function radixOdd_f32(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize, r: usize, roots: usize,
  pairs: usize,
): void {
  radixOdd<f32>(source, target, m, stride, rowBytes, twiddles, r, roots, pairs)
}

export function radixOdd_f64(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize, r: usize, roots: usize,
  pairs: usize,
): void {
  radixOdd<f64>(source, target, m, stride, rowBytes, twiddles, r, roots, pairs)
}

export function packMatrix_f32(
  re: usize, im: usize, spacing: usize, rows: usize, rowLength: usize, columns: usize, target: usize, groups: usize,
): void {
  packMatrix<f32>(re, im, spacing, rows, rowLength, columns, target, groups)
}

export function packMatrix_f64(
  re: usize, im: usize, spacing: usize, rows: usize, rowLength: usize, columns: usize, target: usize, groups: usize,
): void {
  packMatrix<f64>(re, im, spacing, rows, rowLength, columns, target, groups)
}

export function unpackMatrix_f32(
  source: usize, groups: usize, rows: usize, rowLength: usize, columns: usize, re: usize, im: usize, spacing: usize,
  scaleRe: f32, scaleIm: f32,
): void {
  unpackMatrix<f32>(source, groups, rows, rowLength, columns, re, im, spacing, scaleRe, scaleIm)
}

export function unpackMatrix_f64(
  source: usize, groups: usize, rows: usize, rowLength: usize, columns: usize, re: usize, im: usize, spacing: usize,
  scaleRe: f64, scaleIm: f64,
): void {
  unpackMatrix<f64>(source, groups, rows, rowLength, columns, re, im, spacing, scaleRe, scaleIm)
}

export function twiddleTranspose_f32(
  source: usize, twiddles: usize, rows: usize, groups: usize, target: usize, targetRowBytes: usize,
): void {
  twiddleTranspose<f32>(source, twiddles, rows, groups, target, targetRowBytes)
}

export function twiddleTranspose_f64(
  source: usize, twiddles: usize, rows: usize, groups: usize, target: usize, targetRowBytes: usize,
): void {
  twiddleTranspose<f64>(source, twiddles, rows, groups, target, targetRowBytes)
}

export function shiftTwiddles_f32(
  fine: usize, coarse: usize, rows: usize, groups: usize, fineGroups: usize, target: usize,
): void {
  shiftTwiddles<f32>(fine, coarse, rows, groups, fineGroups, target)
}

export function shiftTwiddles_f64(
  fine: usize, coarse: usize, rows: usize, groups: usize, fineGroups: usize, target: usize,
): void {
  shiftTwiddles<f64>(fine, coarse, rows, groups, fineGroups, target)
}

export function packBatch_f32(
  re: usize, im: usize, spacing: usize, n: usize, rowLength: usize, target: usize, groups: usize,
): void {
  packBatch<f32>(re, im, spacing, n, rowLength, target, groups)
}

export function packBatch_f64(
  re: usize, im: usize, spacing: usize, n: usize, rowLength: usize, target: usize, groups: usize,
): void {
  packBatch<f64>(re, im, spacing, n, rowLength, target, groups)
}

export function unpackBatch_f32(
  source: usize, groups: usize, n: usize, rowLength: usize, re: usize, im: usize, spacing: usize, scaleRe: f32,
  scaleIm: f32,
): void {
  unpackBatch<f32>(source, groups, n, rowLength, re, im, spacing, scaleRe, scaleIm)
}

export function unpackBatch_f64(
  source: usize, groups: usize, n: usize, rowLength: usize, re: usize, im: usize, spacing: usize, scaleRe: f64,
  scaleIm: f64,
): void {
  unpackBatch<f64>(source, groups, n, rowLength, re, im, spacing, scaleRe, scaleIm)
}

export function splitSpectrum_f32(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  splitSpectrum<f32>(re, im, h, rows, roots, rootCount)
}

export function splitSpectrum_f64(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  splitSpectrum<f64>(re, im, h, rows, roots, rootCount)
}

export function joinSpectrum_f32(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  joinSpectrum<f32>(re, im, h, rows, roots, rootCount)
}

export function joinSpectrum_f64(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  joinSpectrum<f64>(re, im, h, rows, roots, rootCount)
}

export function mirrorConjugate_f32(re: usize, im: usize, kept: usize, rows: usize): void {
  mirrorConjugate<f32>(re, im, kept, rows)
}

export function mirrorConjugate_f64(re: usize, im: usize, kept: usize, rows: usize): void {
  mirrorConjugate<f64>(re, im, kept, rows)
}

export function truncateRows_f32(x: usize, n: usize, kept: usize, rows: usize): void {
  truncateRows<f32>(x, n, kept, rows)
}

export function truncateRows_f64(x: usize, n: usize, kept: usize, rows: usize): void {
  truncateRows<f64>(x, n, kept, rows)
}

export function chirpIn_f32(
  re: usize, im: usize, spacing: usize, rowLength: usize, n: usize, m: usize, rows: usize, chirp: usize,
  targetRe: usize, targetIm: usize,
): void {
  chirpIn<f32>(re, im, spacing, rowLength, n, m, rows, chirp, targetRe, targetIm)
}

export function chirpIn_f64(
  re: usize, im: usize, spacing: usize, rowLength: usize, n: usize, m: usize, rows: usize, chirp: usize,
  targetRe: usize, targetIm: usize,
): void {
  chirpIn<f64>(re, im, spacing, rowLength, n, m, rows, chirp, targetRe, targetIm)
}

export function filterRows_f32(re: usize, im: usize, m: usize, rows: usize, filter: usize): void {
  filterRows<f32>(re, im, m, rows, filter)
}

export function filterRows_f64(re: usize, im: usize, m: usize, rows: usize, filter: usize): void {
  filterRows<f64>(re, im, m, rows, filter)
}

export function chirpOut_f32(
  sourceRe: usize, sourceIm: usize, n: usize, m: usize, rows: usize, chirp: usize, re: usize, im: usize,
  spacing: usize, rowLength: usize, scaleRe: f32, scaleIm: f32,
): void {
  chirpOut<f32>(sourceRe, sourceIm, n, m, rows, chirp, re, im, spacing, rowLength, scaleRe, scaleIm)
}

export function chirpOut_f64(
  sourceRe: usize, sourceIm: usize, n: usize, m: usize, rows: usize, chirp: usize, re: usize, im: usize,
  spacing: usize, rowLength: usize, scaleRe: f64, scaleIm: f64,
): void {
  chirpOut<f64>(sourceRe, sourceIm, n, m, rows, chirp, re, im, spacing, rowLength, scaleRe, scaleIm)
}

export function unpackSpectrum_f32(
  source: usize, h: usize, re: usize, im: usize, roots: usize, rootCount: usize, half: f32,
): void {
  unpackSpectrum<f32>(source, h, re, im, roots, rootCount, half)
}

export function unpackSpectrum_f64(
  source: usize, h: usize, re: usize, im: usize, roots: usize, rootCount: usize, half: f64,
): void {
  unpackSpectrum<f64>(source, h, re, im, roots, rootCount, half)
}

export function packRadix4_f32(
  re: usize, im: usize, spacing: usize, rowLength: usize, target: usize, groups: usize, m: usize, twiddles: usize,
): void {
  packRadix4<f32>(re, im, spacing, rowLength, target, groups, m, twiddles)
}

export function packRadix4_f64(
  re: usize, im: usize, spacing: usize, rowLength: usize, target: usize, groups: usize, m: usize, twiddles: usize,
): void {
  packRadix4<f64>(re, im, spacing, rowLength, target, groups, m, twiddles)
}
