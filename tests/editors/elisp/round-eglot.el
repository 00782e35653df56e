;;; round-eglot.el --- the round in Eglot -*- lexical-binding: t; -*-

(require 'eglot)
(require 'unmid)

(defvar both '("It is important to note that" "in order to"))
(find-file (getenv "DRAFT"))
(text-mode)
(apply #'eglot--connect (eglot--guess-contact))
(wait-for "marks" (lambda () (marks)))
(expect "marks" (marks) both)
(expect "faded" (and (memq 'eglot-diagnostic-tag-unnecessary-face (faces-at "It is important")) t) t)

;; Why, where the cursor is; the report, opened with what opens pages.
(goto-char (point-min))
(search-forward "important")
(let (said)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text)))
  (wait-for "the reason" (lambda () said))
  (expect "why" (not (null (string-match-p "Instead:" said))) t))
(let* (shown
       (browse-url-browser-function (lambda (url &rest _) (setq shown url)))
       (file (unmid-report)))
  (expect "the page is opened" (string-suffix-p (file-name-nondirectory file) shown) t)
  (with-temp-buffer
    (insert-file-contents file)
    (expect "a page" (looking-at-p "<!DOCTYPE html>") t)
    (expect "of this draft" (and (search-forward "😀" nil t) t) t))
  (delete-file file))

;; The cut, as a quick fix.
(goto-char (point-min))
(search-forward "important")
(let* ((actions (eglot-code-actions (point) (point) nil nil))
       (cut (cl-find-if (lambda (action) (eq (plist-get action :isPreferred) t)) actions)))
  (eglot-execute (eglot-current-server) cut))
(expect "cut" (not (null (string-match-p "😀 The 😀 valve sticks\\." (buffer-string)))) t)
(wait-for "the mark gone" (lambda () (equal (marks) (cdr both))))

;; A setting.
(unmid-configure '(:ignore ["filler"]))
(wait-for "the setting" (lambda () (null (marks))))
(unmid-configure nil)
(wait-for "the setting taken back" (lambda () (equal (marks) (cdr both))))
(learn-a-voice)

;; The server is killed and comes back. Eglot does that for servers that lived for longer than three seconds.
(let* ((server (eglot-current-server))
       (until (+ (float-time) eglot-autoreconnect 0.5)))
  (while (< (float-time) until) (sit-for 0.1))
  (signal-process (jsonrpc--process server) 'SIGKILL)
  (wait-for "another server" (lambda () (and (eglot-current-server) (not (eq (eglot-current-server) server))))))
(goto-char (point-max))
(insert "\nIt is important to note that we bleed it.\n")
(wait-for "marks of the new server" (lambda () (equal (marks) (reverse both))))

;; Killed too soon, Eglot leaves it and says so; \[eglot] starts it.
(let ((buffer (current-buffer)))
  (setf (eglot--inhibit-autoreconnect (eglot-current-server)) t)
  (signal-process (jsonrpc--process (eglot-current-server)) 'SIGKILL)
  (wait-for "the end of the server" (lambda () (null (eglot-current-server))))
  (apply #'eglot--connect (eglot--guess-contact))
  (with-current-buffer buffer (wait-for "marks after a new start" (lambda () (equal (marks) (reverse both))))))
(unmid-restart)
(wait-for "marks after a restart" (lambda () (equal (marks) (reverse both))))

(unmid-fix-all)
(expect "all cuts" (buffer-string) "# Valves\n\n😀 The 😀 valve sticks.\nWe open it to bleed it.\n\nWe bleed it.\n")
(wait-for "no marks" (lambda () (null (marks))))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
