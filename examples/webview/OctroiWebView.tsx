import AsyncStorage from '@react-native-async-storage/async-storage';
import { useEffect, useRef, useState } from 'react';
import { WebView, type WebViewMessageEvent } from 'react-native-webview';

const key = 'octroi';

type Said = { octroi?: number; type?: string; complete?: boolean; keys?: Record<string, number> };

/** A page with Octroi; the app keeps the visitor's choices. */
export function ShopView({ page, onKeys }: { page: string; onKeys: (keys: Record<string, number>) => void }) {
  const web = useRef<WebView>(null);
  const [kept, setKept] = useState<string | null>();
  useEffect(() => void AsyncStorage.getItem(key).then(setKept), []);
  // Nothing is shown until it is known what was chosen: else the page asks again.
  if (kept === undefined) return null;

  const tell = (message: object) => web.current?.injectJavaScript(`window.octroi && octroi.native(${JSON.stringify(message)}); true;`);

  const hear = ({ nativeEvent }: WebViewMessageEvent) => {
    if (!nativeEvent.url.startsWith(page)) return;
    let said: Said;
    try {
      said = JSON.parse(nativeEvent.data);
    } catch {
      return;
    }
    if (said.octroi !== 1 || (said.type !== 'hello' && said.type !== 'state')) return;
    // The first hello of a page that has to ask tells nothing that was chosen.
    if (said.complete) void AsyncStorage.setItem(key, nativeEvent.data);
    if (said.keys) onKeys(said.keys);
    if (said.type === 'hello') tell({ octroi: 1, type: 'hello', keys: true });
  };

  return (
    <WebView
      ref={web}
      source={{ uri: page }}
      originWhitelist={[new URL(page).origin]}
      injectedJavaScriptBeforeContentLoaded={kept ? `window.octroiNative = ${JSON.stringify(kept)}; true;` : 'true;'}
      injectedJavaScriptBeforeContentLoadedForMainFrameOnly
      onMessage={hear}
    />
  );
}
