;;; round-lsp.el --- the round in lsp-mode -*- lexical-binding: t; -*-

(setq lsp-session-file (expand-file-name "session" (getenv "HOME"))
      lsp-auto-guess-root t
      lsp-enable-suggest-server-download nil
      lsp-enable-snippet nil
      lsp-headerline-breadcrumb-enable nil
      lsp-idle-delay 0.1
      lsp-restart 'auto-restart
      lsp-diagnostics-provider :flymake
      lsp-warn-no-matched-clients nil)
(require 'lsp-mode)
(require 'lsp-diagnostics)
(require 'lsp-lens)
(require 'lsp-modeline)
(require 'lsp-headerline)
(require 'unmid)

(find-file (getenv "DRAFT"))
(text-mode)
(lsp)
(wait-for "marks" (lambda () (marks)))
(expect "marks" (marks) '("It is important to note that" "in order to"))
(unmid-configure '(:ignore ["filler/note-that"]))
(wait-for "the setting" (lambda () (equal (marks) '("in order to"))))
(unmid-configure nil)
(wait-for "the setting taken back" (lambda () (= (length (marks)) 2)))
(learn-a-voice)
;; The line above the draft, and the report.
(expect "lens"
        (lsp-get (lsp-get (aref (vconcat (lsp-request "textDocument/codeLens" (list :textDocument (lsp--text-document-identifier)))) 0) :command) :title)
        "18 words · 33 % can go")
(let* (shown
       (browse-url-browser-function (lambda (url &rest _) (setq shown url)))
       (file (unmid-report)))
  (expect "the page is opened" (string-suffix-p (file-name-nondirectory file) shown) t)
  (delete-file file))
(unmid-fix-all)
(wait-for "no marks" (lambda () (null (marks))))
(expect "all cuts" (buffer-string) "# Valves\n\n😀 The 😀 valve sticks.\nWe open it to bleed it.\n")
(set-buffer-modified-p nil)
