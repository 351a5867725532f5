addEventListener('activate', () => registration.unregister());
