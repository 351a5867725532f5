package vendors

// tarteaucitron is tarteaucitron.js, of which markup alone is taken over.
var tarteaucitron = Vendor{Name: "tarteaucitron"}
