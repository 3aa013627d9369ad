const headLength = 24
const recordHeadLength = 16

/** How a capture's first four bytes tell the order of its bytes and the fraction of a second that it counts in. */
const forms: Readonly<Record<string, { readonly little: boolean; readonly unit: number }>> = {
  d4c3b2a1: { little: true, unit: 1e6 },
  a1b2c3d4: { little: false, unit: 1e6 },
  '4d3cb2a1': { little: true, unit: 1e9 },
  a1b23c4d: { little: false, unit: 1e9 },
}

/**
 * When each packet of a capture passed, microseconds since 1970, in the order of the file. Throws an Error when it is no capture
 * or ends within a packet. Source: draft-ietf-opsawg-pcap.
 */
export function packetTimes(capture: Buffer): number[] {
  const magic = capture.subarray(0, 4).toString('hex')
  const form = forms[magic]
  if (form === undefined || capture.length < headLength)
    throw new Error(
      `The capture is ${capture.length} bytes and begins with "${magic}"; expected a pcap file, as tcpdump -w makes it.`,
    )
  const word = (at: number): number => (form.little ? capture.readUInt32LE(at) : capture.readUInt32BE(at))
  const times: number[] = []
  let at = headLength
  while (at < capture.length) {
    const body = at + recordHeadLength
    const next = body <= capture.length ? body + word(at + 8) : Number.POSITIVE_INFINITY
    if (next > capture.length)
      throw new Error(
        `The capture ends within packet ${times.length + 1}, at byte ${capture.length}. Was tcpdump killed?`,
      )
    times.push(word(at) * 1e6 + (word(at + 4) * 1e6) / form.unit)
    at = next
  }
  return times
}
