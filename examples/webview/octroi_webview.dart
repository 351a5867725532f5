import 'dart:collection';
import 'dart:convert';

import 'package:flutter/material.dart';
import 'package:flutter_inappwebview/flutter_inappwebview.dart';
import 'package:shared_preferences/shared_preferences.dart';

/// A page with Octroi, from the app's assets; the app keeps the visitor's choices.
class ShopView extends StatefulWidget {
  const ShopView({super.key, required this.preferences});

  final SharedPreferences preferences;

  @override
  State<ShopView> createState() => ShopViewState();
}

class ShopViewState extends State<ShopView> {
  InAppWebViewController? _web;

  /// From the app's own settings.
  void showChoices() => _tell({'octroi': 1, 'type': 'show'});
  void withdraw() => _tell({'octroi': 1, 'type': 'withdraw'});

  void _tell(Map<String, Object> message) =>
      _web?.evaluateJavascript(source: 'window.octroi && octroi.native(${jsonEncode(message)})');

  void _hear(String text) {
    final Object? said;
    try {
      said = jsonDecode(text);
    } on FormatException {
      return;
    }
    if (said is! Map || said['octroi'] != 1 || !const ['hello', 'state'].contains(said['type'])) return;
    // The first hello of a page that has to ask tells nothing that was chosen.
    if (said['complete'] == true) widget.preferences.setString('octroi', text);
    final keys = said['keys'];
    if (keys is Map) {
      keys.forEach((name, value) => widget.preferences.setBool('$name', value == 1));
    }
    if (said['type'] == 'hello') _tell({'octroi': 1, 'type': 'hello', 'keys': true});
  }

  @override
  Widget build(BuildContext context) {
    final kept = widget.preferences.getString('octroi');
    return InAppWebView(
      initialFile: 'assets/www/index.html',
      initialUserScripts: UnmodifiableListView([
        if (kept != null)
          UserScript(
            source: 'window.octroiNative = ${jsonEncode(kept)}',
            injectionTime: UserScriptInjectionTime.AT_DOCUMENT_START,
            forMainFrameOnly: true,
          ),
      ]),
      onWebViewCreated: (web) {
        _web = web;
        web.addJavaScriptHandler(handlerName: 'octroi', callback: (arguments) => _hear('${arguments.first}'));
      },
    );
  }
}
