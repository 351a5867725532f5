package vendors

// klaro is klaro 0.7: https://github.com/klaro-org/klaro-js.
var klaro = Vendor{Name: "klaro", Cookie: "klaro", Days: 120}
