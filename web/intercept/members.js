/*
 * The members that have latches in a site's own octroi.js, by what a latch looks at. "+" stands
 * before a setter, "-" before a getter, "=" before an object that is no interface's prototype.
 */

/** Methods and setters whose arguments are nodes. */
export const inserting =
  'Node appendChild insertBefore replaceChild,Element append prepend before after replaceWith replaceChildren moveBefore insertAdjacentElement,Document append prepend replaceChildren adoptNode moveBefore importNode +body,DocumentFragment append prepend replaceChildren moveBefore,CharacterData before after replaceWith,DocumentType before after replaceWith,HTMLSelectElement add,HTMLOptionsCollection add,HTMLTableElement +caption +tHead +tFoot';

/** Methods and setters that change a text, by an argument or by what they remove. */
export const texting =
  'Node +textContent +nodeValue removeChild normalize,Element insertAdjacentText,HTMLElement +innerText +outerText,HTMLScriptElement +text +textContent +innerText,CharacterData +data appendData insertData replaceData deleteData remove,Text replaceWholeText';

/** Setters of markup. */
export const marking = 'Element +innerHTML +outerHTML insertAdjacentHTML,ShadowRoot +innerHTML';

/** Methods and setters whose arguments are CSS. */
export const styling =
  'CSSStyleSheet insertRule addRule replace replaceSync,CSSGroupingRule insertRule,CSSStyleRule insertRule,CSSMediaRule insertRule,CSSSupportsRule insertRule,CSSKeyframesRule appendRule,CSSRule +cssText,CSSStyleDeclaration +cssText setProperty,CSSStyleProperties setProperty,CSS2Properties setProperty,CSSFontFaceDescriptors setProperty,CSSPageDescriptors setProperty,CSSFunctionDescriptors setProperty,CanvasRenderingContext2D +filter,OffscreenCanvasRenderingContext2D +filter';

/** Methods whose first argument is an address. */
export const asking = '=window fetch open,Navigator sendBeacon';

/** Getters by which a script comes to its first style. */
export const entering = 'HTMLElement -style,SVGElement -style,MathMLElement -style,CSSStyleSheet -cssRules -rules';

/** What nobody judges ahead of octroi.hold.js. */
export const others =
  'Element setHTML setHTMLUnsafe setAttributeNS setAttributeNode setAttributeNodeNS animate -attributeStyleMap,ShadowRoot setHTML setHTMLUnsafe,Document open close write writeln execCommand,Range insertNode surroundContents createContextualFragment deleteContents extractContents,=Document parseHTMLUnsafe,XSLTProcessor transformToFragment,NamedNodeMap setNamedItem setNamedItemNS,Attr +value,SVGAnimatedString +baseVal,StylePropertyMap set append,=CSS registerProperty,KeyframeEffect setKeyframes,=window fetchLater,Cache add addAll,CacheStorage open,BackgroundFetchManager fetch,CookieStore set delete,IDBFactory open,FileSystemDirectoryHandle getFileHandle getDirectoryHandle,ServiceWorkerContainer register,ServiceWorkerRegistration showNotification,Worklet addModule,RTCPeerConnection addIceCandidate setConfiguration setRemoteDescription,webkitRTCPeerConnection addIceCandidate setConfiguration setRemoteDescription,MediaMetadata +artwork,CredentialsContainer get,=IdentityCredential disconnect,=IdentityProvider getUserInfo,Navigation navigate,HTMLFormElement submit';

/** Constructors. */
export const constructors =
  'Audio Worker SharedWorker WebSocket WebSocketStream EventSource WebTransport RTCPeerConnection webkitRTCPeerConnection KeyframeEffect CSSStyleSheet FontFace Notification PaymentRequest PresentationRequest MediaMetadata';
