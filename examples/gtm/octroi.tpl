___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Octroi consent",
  "categories": [
    "TAG_MANAGEMENT",
    "UTILITY"
  ],
  "brand": {
    "id": "brand_octroi",
    "displayName": "Octroi"
  },
  "description": "Tells Google's consent mode what visitors have chosen in Octroi. Octroi stands in the page's HTML before the container; fire this tag on Consent Initialization - All Pages.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "ad_storage",
    "displayName": "ad_storage",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "ad_user_data",
    "displayName": "ad_user_data",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "ad_personalization",
    "displayName": "ad_personalization",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "analytics_storage",
    "displayName": "analytics_storage",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "functionality_storage",
    "displayName": "functionality_storage",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "personalization_storage",
    "displayName": "personalization_storage",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "security_storage",
    "displayName": "security_storage",
    "simpleValueType": true,
    "help": "Ids of your Octroi categories or services, divided by spaces; all of them are needed. Empty: always denied."
  },
  {
    "type": "TEXT",
    "name": "wait_for_update",
    "displayName": "wait_for_update, in milliseconds",
    "simpleValueType": true,
    "defaultValue": "500",
    "help": "How long tags wait for Octroi's answer; 500 or more.",
    "valueValidators": [
      {
        "type": "NON_NEGATIVE_NUMBER"
      }
    ]
  },
  {
    "type": "CHECKBOX",
    "name": "ads_data_redaction",
    "checkboxText": "ads_data_redaction",
    "simpleValueType": true,
    "defaultValue": true,
    "help": "With ad_storage denied, click ids are left out of what is sent."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const callInWindow = require('callInWindow');
const gtagSet = require('gtagSet');
const makeInteger = require('makeInteger');
const setDefaultConsentState = require('setDefaultConsentState');
const updateConsentState = require('updateConsentState');

const asked = ['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage'];
const types = asked.concat(['functionality_storage', 'personalization_storage', 'security_storage']);

const states = (isGranted) => {
  const list = {};
  types.forEach((type) => {
    list[type] = isGranted(data[type]) ? 'granted' : 'denied';
  });
  return list;
};

// Nothing is granted before Octroi says so, and nothing ever is where it is not there.
const start = states(() => false);
const wait = makeInteger(data.wait_for_update);
start.wait_for_update = wait > 500 ? wait : 500;
setDefaultConsentState(start);
if (data.ads_data_redaction) gtagSet('ads_data_redaction', true);

let told = '';
const tell = () => {
  const state = callInWindow('octroi.state');
  const now = states((ids) => !!ids && callInWindow('octroi.allows', ids) === true);
  const chosen = (state && state.decided) || asked.some((type) => now[type] === 'granted');
  const text = types.map((type) => now[type]).join();
  // Who has not chosen is told of by the default alone; each choice is told once.
  if (text === told || (!told && !chosen)) return;
  told = text;
  updateConsentState(now);
};

callInWindow('octroi.on', 'ready', tell);
callInWindow('octroi.on', 'change', tell);
tell();
data.gtmOnSuccess();


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_user_data"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_personalization"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "analytics_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "functionality_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "personalization_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "security_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "octroi.allows"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "octroi.on"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "octroi.state"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "write_data_layer",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "ads_data_redaction"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: nobody has chosen
  code: |-
    runCode(site());
    assertApi('setDefaultConsentState').wasCalledWith(start);
    assertApi('updateConsentState').wasNotCalled();
    assertApi('gtmOnSuccess').wasCalled();
- name: refused
  code: |-
    decided = true;
    runCode(site());
    assertApi('updateConsentState').wasCalledWith(all('denied'));
- name: granted on an earlier page
  code: |-
    decided = true;
    granted = ['statistics', 'advertising'];
    runCode(site());
    assertApi('setDefaultConsentState').wasCalledWith(start);
    assertApi('updateConsentState').wasCalledWith(all('granted'));
- name: changed on the page, and told once
  code: |-
    runCode(site());
    decided = true;
    granted = ['statistics', 'advertising'];
    listeners.change();
    listeners.change();
    assertThat(updates).isEqualTo([all('granted')]);
    granted = [];
    listeners.change();
    assertThat(updates).isEqualTo([all('granted'), all('denied')]);
- name: the engine comes late
  code: |-
    ready = false;
    runCode(site());
    assertApi('updateConsentState').wasNotCalled();
    ready = true;
    decided = true;
    granted = ['statistics', 'advertising'];
    listeners.ready();
    assertThat(updates).isEqualTo([all('granted')]);
- name: Octroi is not there
  code: |-
    mock('callInWindow', undefined);
    runCode(site());
    assertApi('setDefaultConsentState').wasCalledWith(start);
    assertApi('updateConsentState').wasNotCalled();
- name: a wait that is too short
  code: |-
    const mockData = site();
    mockData.wait_for_update = '50';
    runCode(mockData);
    assertApi('setDefaultConsentState').wasCalledWith(start);
- name: redaction of click ids
  code: |-
    const mockData = site();
    mockData.ads_data_redaction = true;
    runCode(mockData);
    assertApi('gtagSet').wasCalledWith('ads_data_redaction', true);
setup: |-
  let decided = false;
  let granted = [];
  let ready = true;
  const listeners = {};
  const updates = [];
  const site = () => ({ad_storage: 'advertising', ad_user_data: 'advertising', ad_personalization: 'advertising', analytics_storage: 'statistics', wait_for_update: '500'});
  const all = (word) => ({ad_storage: word, ad_user_data: word, ad_personalization: word, analytics_storage: word, functionality_storage: 'denied', personalization_storage: 'denied', security_storage: 'denied'});
  const start = all('denied');
  start.wait_for_update = 500;
  mock('callInWindow', (name, first, second) => {
    if (name === 'octroi.state') return ready ? {decided: decided} : null;
    if (name === 'octroi.allows') return granted.indexOf(first) >= 0;
    if (name === 'octroi.on') listeners[first] = second;
  });
  mock('updateConsentState', (now) => {
    updates.push(now);
  });


___NOTES___

Octroi has to stand in the page's HTML before the container. See README.md beside this file.
