package vendors

import "github.com/octroi-consent/octroi/engine/jsontext"

// usercentrics is Usercentrics' native kit, which hands its consents to a page.
var usercentrics = Vendor{Name: "usercentrics", Kit: "ucMobileSdk", Time: usercentricsTime, Answer: usercentricsAnswer}

// usercentricsTime is the oldest of the answers': each has its own.
func usercentricsTime(v *jsontext.Value) (at int64) {
	if list := v.Get("consents"); list != nil {
		for i := range list.Items {
			if one := list.Items[i].Get("timestampInMillis").Whole(); i == 0 || one < at {
				at = one
			}
		}
	}
	return at
}

func usercentricsAnswer(v *jsontext.Value, name string) (granted, known bool) {
	if list := v.Get("consents"); list != nil {
		for i := range list.Items {
			if id := list.Items[i].Get("templateId"); id != nil && id.Text == name {
				return list.Items[i].Get("status").Bool()
			}
		}
	}
	return false, false
}
