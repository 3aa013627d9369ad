import { expect, test } from 'vitest'
import { packetTimes } from '../../bench/frame/pcap.js'

const words = (little: boolean, ...values: number[]): Buffer => {
  const buffer = Buffer.alloc(4 * values.length)
  values.forEach((value, index) =>
    little ? buffer.writeUInt32LE(value, 4 * index) : buffer.writeUInt32BE(value, 4 * index),
  )
  return buffer
}

/** A capture of packets [seconds, fraction, bytes kept]. */
const captured = (
  little: boolean,
  magic: number,
  packets: readonly (readonly [number, number, number])[],
): Buffer =>
  Buffer.concat([
    words(little, magic, 0x0002_0004, 0, 0, 64, 1),
    ...packets.flatMap(([seconds, fraction, kept]) => [
      words(little, seconds, fraction, kept, 1_500),
      Buffer.alloc(kept, 0xff),
    ]),
  ])

test('packet times are read in either order of bytes, and in micro- and nanoseconds', () => {
  const wanted = [7_000_005, 7_250_000, 8_000_000]
  for (const little of [true, false]) {
    expect(
      packetTimes(
        captured(little, 0xa1b2c3d4, [
          [7, 5, 60],
          [7, 250_000, 0],
          [8, 0, 33],
        ]),
      ),
    ).toEqual(wanted)
    expect(
      packetTimes(
        captured(little, 0xa1b23c4d, [
          [7, 5_000, 60],
          [7, 250_000_000, 0],
          [8, 0, 33],
        ]),
      ),
    ).toEqual(wanted)
  }
})

test('a capture without packets has no times', () => {
  expect(packetTimes(captured(true, 0xa1b2c3d4, []))).toEqual([])
})

test('what is cut off, or is no capture, is said', () => {
  const whole = captured(true, 0xa1b2c3d4, [
    [7, 5, 60],
    [7, 6, 60],
  ])
  for (const cut of [1, 59, 60, 75]) {
    expect(() => packetTimes(whole.subarray(0, whole.length - cut))).toThrow(/ends within packet 2/)
  }
  expect(() => packetTimes(Buffer.from('tcpdump: no'))).toThrow(
    /begins with "74637064".*expected a pcap file/,
  )
  expect(() => packetTimes(whole.subarray(0, 20))).toThrow(/20 bytes/)
})
