async (candidate, described, asked) => {
  const line = (at) => {
    const [host, port] = at.split(':');
    return 'candidate:1 1 udp 2113937151 ' + host + ' ' + port + ' typ host';
  };
  const pair = async (change) => {
    const p = new RTCPeerConnection(),
      q = new RTCPeerConnection();
    p.createDataChannel('a');
    await p.setLocalDescription(await p.createOffer());
    await q.setRemoteDescription(p.localDescription);
    await q.setLocalDescription(await q.createAnswer());
    await p.setRemoteDescription({ type: 'answer', sdp: change(q.localDescription.sdp) });
    return p;
  };
  const p = await pair((sdp) => sdp);
  let n = 0;
  await p.addIceCandidate({
    get candidate() {
      return n++ ? line('127.0.0.1:9') : line(candidate);
    },
    sdpMid: '0',
    sdpMLineIndex: 0,
  });
  await p.addIceCandidate(new RTCIceCandidate({ candidate: line(candidate), sdpMid: '0', sdpMLineIndex: 0 }));
  await new Promise((done) => p.addIceCandidate({ candidate: line(candidate), sdpMid: '0' }, done, done));
  await pair((sdp) => sdp + 'a=' + line(described) + '\r\n');
  const later = new RTCPeerConnection();
  later.setConfiguration({ iceServers: [{ urls: ['stun:' + asked] }] });
  later.createDataChannel('a');
  await later.setLocalDescription(await later.createOffer());
  await new Promise((done) => setTimeout(done, 1500));
  return true;
};
