# SPDX-License-Identifier: Apache-2.0
"""Bodies that schemathesis does not know: SDP is text as it is."""
import schemathesis


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag")
def sdp(_context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
