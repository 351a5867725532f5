window.own.push('main');
new Image().src = ownCounter.third + '/own/hit?' + window.own.join(' ');
