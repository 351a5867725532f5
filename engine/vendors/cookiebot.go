package vendors

// cookiebot is Cookiebot, of which markup alone is taken over.
var cookiebot = Vendor{Name: "cookiebot"}
