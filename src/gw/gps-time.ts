import { QuadrupoleError } from '../core/index.ts'

const nanosecondsPerSecond = 1_000_000_000n

/**
 * An instant of GPS time, exact to the nanosecond: seconds since 1980-01-06T00:00:00 UTC without leap seconds. A GPS
 * time of today needs 31 bits of seconds, so a float64 of seconds resolves only a tenth of a microsecond.
 *
 * @example
 * GpsTime.parse('1126259462.42').plus(0.0069).toString() // '1126259462.4269'
 */
export class GpsTime {
  /** Nanoseconds since the GPS epoch. */
  readonly nanoseconds: bigint

  private constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds
  }

  static fromNanoseconds(nanoseconds: bigint): GpsTime {
    return new GpsTime(nanoseconds)
  }

  /**
   * The nanosecond nearest to a number of seconds (exact for whole seconds).
   *
   * @throws `argument` for a number that is not finite.
   */
  static fromSeconds(seconds: number | bigint): GpsTime {
    if (typeof seconds === 'bigint') return new GpsTime(seconds * nanosecondsPerSecond)
    if (!Number.isFinite(seconds))
      throw new QuadrupoleError(
        'argument',
        `gw.GpsTime.fromSeconds: expected a finite number of seconds, got ${seconds}`,
      )
    return new GpsTime(toNanoseconds(seconds))
  }

  /**
   * A decimal number of seconds, exactly; digits beyond the ninth decimal must be zero.
   *
   * @throws `argument` for anything else.
   */
  static parse(text: string): GpsTime {
    const match = /^(-?)(\d+)(?:\.(\d{0,9})0*)?$/.exec(text.trim())
    if (match === null)
      throw new QuadrupoleError(
        'argument',
        `gw.GpsTime.parse: expected seconds with up to nine decimals, such as 1126259462.42, got '${text}'`,
      )
    const [, sign, whole, decimals = ''] = match
    const size = BigInt(whole!) * nanosecondsPerSecond + BigInt(decimals.padEnd(9, '0'))
    return new GpsTime(sign === '-' ? -size : size)
  }

  /** Seconds as a float64, rounded to about 1e-7 s. */
  get seconds(): number {
    const whole = this.nanoseconds / nanosecondsPerSecond
    return Number(whole) + Number(this.nanoseconds - whole * nanosecondsPerSecond) / 1e9
  }

  /** This instant moved by a number of seconds, which is rounded to the nanosecond. */
  plus(seconds: number): GpsTime {
    return new GpsTime(this.nanoseconds + toNanoseconds(seconds))
  }

  /** Seconds from another instant to this one. */
  minus(other: GpsTime): number {
    return Number(this.nanoseconds - other.nanoseconds) / 1e9
  }

  equals(other: GpsTime): boolean {
    return this.nanoseconds === other.nanoseconds
  }

  /** Seconds in decimal, all digits that are not zero. */
  toString(): string {
    const size = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds
    const decimals = (size % nanosecondsPerSecond).toString().padStart(9, '0').replace(/0+$/, '')
    const sign = this.nanoseconds < 0n ? '-' : ''
    return `${sign}${size / nanosecondsPerSecond}${decimals === '' ? '' : `.${decimals}`}`
  }

  /** Seconds in decimal with a fixed number of decimals (up to nine), rounded half up. */
  toFixed(decimals: number): string {
    const unit = 10n ** BigInt(9 - decimals)
    const size = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds
    const rounded = (size + unit / 2n) / unit
    const digits = rounded.toString().padStart(decimals + 1, '0')
    const sign = this.nanoseconds < 0n && rounded > 0n ? '-' : ''
    return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  }

  /** The decimal string, since JSON has no integers of this size. */
  toJSON(): string {
    return this.toString()
  }
}

/** Whole seconds apart from the rest, so that large numbers of seconds keep every digit they have. */
function toNanoseconds(seconds: number): bigint {
  const whole = Math.floor(seconds)
  return BigInt(whole) * nanosecondsPerSecond + BigInt(Math.round((seconds - whole) * 1e9))
}
