importScripts('/octroi/octroi.worker.js');
