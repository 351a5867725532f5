package example.shop

import android.annotation.SuppressLint
import android.app.Activity
import android.os.Bundle
import android.webkit.WebResourceRequest
import android.webkit.WebView
import androidx.webkit.WebViewAssetLoader
import androidx.webkit.WebViewClientCompat
import androidx.webkit.WebViewCompat
import org.json.JSONObject

/** A page with Octroi in a WebView, from the app's assets; the app keeps the visitor's choices. */
class ShopActivity : Activity() {
    private val store by lazy { getSharedPreferences("octroi", MODE_PRIVATE) }
    private lateinit var web: WebView

    @SuppressLint("SetJavaScriptEnabled")
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val assets = WebViewAssetLoader.Builder().addPathHandler("/", WebViewAssetLoader.AssetsPathHandler(this)).build()
        web = WebView(this)
        setContentView(web)
        web.settings.javaScriptEnabled = true
        web.settings.domStorageEnabled = true
        web.webViewClient = object : WebViewClientCompat() {
            override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest) = assets.shouldInterceptRequest(request.url)
        }
        val origins = setOf(ORIGIN)
        // Only this origin's frames have the object, and only the main one is heard.
        WebViewCompat.addWebMessageListener(web, "octroiApp", origins) { _, message, _, isMainFrame, _ ->
            if (isMainFrame) message.data?.let(::hear)
        }
        store.getString("choices", null)?.let {
            WebViewCompat.addDocumentStartJavaScript(web, "if (window === top) window.octroiNative = ${JSONObject.quote(it)}", origins)
        }
        web.loadUrl("$ORIGIN/www/index.html")
    }

    private fun hear(text: String) {
        val said = runCatching { JSONObject(text) }.getOrNull() ?: return
        val type = said.optString("type")
        if (type != "hello" && type != "state") return
        val edit = store.edit()
        // The first hello of a page that has to ask tells nothing that was chosen.
        if (said.optBoolean("complete")) edit.putString("choices", text)
        said.optJSONObject("keys")?.let { keys -> keys.keys().forEach { edit.putBoolean(it, keys.getInt(it) == 1) } }
        edit.apply()
        if (type == "hello") tell("""{"octroi":1,"type":"hello","keys":true}""")
    }

    /** From the app's own settings. */
    fun showChoices() = tell("""{"octroi":1,"type":"show"}""")

    fun withdraw() = tell("""{"octroi":1,"type":"withdraw"}""")

    private fun tell(message: String) = runOnUiThread { web.evaluateJavascript("window.octroi && octroi.native($message)", null) }

    private companion object {
        const val ORIGIN = "https://appassets.androidplatform.net"
    }
}
