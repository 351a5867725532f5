window.harmless = true;
