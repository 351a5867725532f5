"""A webview of the system's own WebKitGTK, told what to do line by line.

Each line of the input is JSON: {"load": URI, "inject": JAVASCRIPT, "folder": PATH} opens a
page in a fresh view, with the script run before any of the page's; app://shop/… is served
from the folder; {"eval": JAVASCRIPT}; {"picture": PATH}.
Each line of the output is JSON: {"message": TEXT} for what the page has sent to the handler
"octroi", and one answer to each line of the input. The view keeps nothing from one start to the next.
"""

import json
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gdk, Gio, GLib, Gtk, WebKit2  # noqa: E402


def say(**line):
    print(json.dumps(line), flush=True)


class App:
    def __init__(self):
        self.window = Gtk.Window()
        self.window.set_default_size(390, 760)
        self.window.show_all()
        self.view = None
        GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, self.hear)

    def hear(self, source, condition):
        line = source.readline()
        if not line:
            Gtk.main_quit()
            return False
        command = json.loads(line)
        if "load" in command:
            self.folder = command.get("folder", "")
            self.load(command["load"], command.get("inject", ""))
        elif "eval" in command:
            self.view.evaluate_javascript(command["eval"], -1, None, None, None, self.evaluated)
        elif "picture" in command:
            window = self.window.get_window()
            picture = Gdk.pixbuf_get_from_window(window, 0, 0, window.get_width(), window.get_height())
            picture.savev(command["picture"], "png", [], [])
            say(picture=command["picture"])
        return True

    def load(self, uri, inject):
        if self.view:
            self.view.destroy()
        manager = WebKit2.UserContentManager()
        manager.connect("script-message-received::octroi", lambda _, result: say(message=result.get_js_value().to_string()))
        manager.register_script_message_handler("octroi")
        manager.add_script(
            WebKit2.UserScript(inject, WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START, None, None)
        )
        context = WebKit2.WebContext.new_ephemeral()
        context.register_uri_scheme("app", self.serve)
        self.view = WebKit2.WebView(web_context=context, user_content_manager=manager)
        self.view.connect("load-changed", self.loaded)
        self.window.add(self.view)
        self.window.show_all()
        self.view.load_uri(uri)

    def serve(self, request):
        """Answers app://shop/… from a folder."""
        name = request.get_path().lstrip("/")
        path = os.path.join(self.folder, name)
        say(served=name)
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            request.finish_error(GLib.Error(str(error)))
            return
        kinds = {".html": "text/html", ".js": "text/javascript", ".json": "application/json"}
        stream = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(content))
        request.finish(stream, len(content), kinds.get(os.path.splitext(path)[1], "application/octet-stream"))

    def loaded(self, view, event):
        if event == WebKit2.LoadEvent.FINISHED:
            say(loaded=view.get_uri())

    def evaluated(self, view, result):
        try:
            say(result=view.evaluate_javascript_finish(result).to_string())
        except GLib.Error as error:
            say(error=str(error))


App()
Gtk.main()
