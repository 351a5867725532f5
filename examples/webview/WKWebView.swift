import UIKit
import WebKit

/// A page with Octroi in a WKWebView; the app keeps the visitor's choices.
final class ShopViewController: UIViewController, WKScriptMessageHandler {
    private let store = UserDefaults.standard
    private let key = "octroi"
    private lazy var webView = WKWebView(frame: .zero, configuration: configuration())

    override func loadView() { view = webView }

    override func viewDidLoad() {
        super.viewDidLoad()
        let folder = Bundle.main.url(forResource: "www", withExtension: nil)!
        webView.loadFileURL(folder.appendingPathComponent("index.html"), allowingReadAccessTo: folder)
    }

    private func configuration() -> WKWebViewConfiguration {
        let configuration = WKWebViewConfiguration()
        configuration.userContentController.add(WeakHandler(self), name: "octroi")
        if let kept = store.string(forKey: key), let literal = quoted(kept) {
            configuration.userContentController.addUserScript(WKUserScript(
                source: "window.octroiNative = \(literal)", injectionTime: .atDocumentStart, forMainFrameOnly: true))
        }
        return configuration
    }

    func userContentController(_ controller: WKUserContentController, didReceive message: WKScriptMessage) {
        guard message.frameInfo.isMainFrame, message.webView?.url?.isFileURL == true,
              let text = message.body as? String,
              let said = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
              let type = said["type"] as? String, type == "hello" || type == "state"
        else { return }
        // The first hello of a page that has to ask tells nothing that was chosen.
        if said["complete"] as? Bool == true { store.set(text, forKey: key) }
        for (name, value) in said["keys"] as? [String: Int] ?? [:] { store.set(value == 1, forKey: name) }
        if type == "hello" { tell(["octroi": 1, "type": "hello", "keys": true]) }
    }

    /// From the app's own settings.
    @objc func showChoices() { tell(["octroi": 1, "type": "show"]) }
    @objc func withdraw() { tell(["octroi": 1, "type": "withdraw"]) }

    private func tell(_ message: [String: Any]) {
        guard let data = try? JSONSerialization.data(withJSONObject: message), let text = String(data: data, encoding: .utf8) else { return }
        webView.evaluateJavaScript("window.octroi && octroi.native(\(text))")
    }

    /// A text as a JavaScript literal.
    private func quoted(_ text: String) -> String? {
        guard let data = try? JSONSerialization.data(withJSONObject: [text]), let list = String(data: data, encoding: .utf8) else { return nil }
        return String(list.dropFirst().dropLast())
    }
}

/// The content controller holds its handlers; this one lets go.
private final class WeakHandler: NSObject, WKScriptMessageHandler {
    private weak var handler: WKScriptMessageHandler?
    init(_ handler: WKScriptMessageHandler) { self.handler = handler }
    func userContentController(_ controller: WKUserContentController, didReceive message: WKScriptMessage) {
        handler?.userContentController(controller, didReceive: message)
    }
}
